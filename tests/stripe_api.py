"""A small server in place of Stripe's API: real sockets, told by tests what customers do there."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import stripe

KEY = "sk_test_minato1234"
ROLLED_KEY = "sk_test_minato5678"  # another one of the same account
OTHER_KEY = "sk_test_umi1234"
ACCOUNTS = {KEY: "acct_1", ROLLED_KEY: "acct_1", OTHER_KEY: "acct_2"}
SECRET = "whsec_minato5678"


class StripeApi:
    """What the stand-in knows: sessions by their ids, and what went over the wire."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.by_key: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.fault: tuple[int, Any] | None = None
        self.raw: tuple[int, bytes] | None = None
        self.silence = 0.0
        self.capabilities = {"card_payments": "active"}

    def refuse(self, status: int, **error: str) -> None:
        """Answer everything with an error from now on."""
        self.fault = (status, {"error": error})

    def answer(
        self, method: str, path: str, form: dict[str, str], key: str, account: str
    ) -> tuple[int, Any]:
        self.asked.append((method, path, form))
        time.sleep(self.silence)
        if self.fault:
            return self.fault
        if key and key in self.by_key:
            return 200, self.by_key[key]
        status, made = self._answer(method, path, form, account)
        if key and status == 200:
            self.by_key[key] = made
        return status, made

    def _answer(
        self, method: str, path: str, form: dict[str, str], account: str
    ) -> tuple[int, Any]:
        match [method, *path.strip("/").split("/")]:
            case ["POST", "v1", "checkout", "sessions"]:
                return 200, self._session(form)
            case ["POST", "v1", "customers"]:
                return 200, {"id": f"cus_{len(self.asked)}", "object": "customer"}
            case ["GET", "v1", "account"]:
                dashboard = {"dashboard": {"display_name": "Minato Design"}}
                about = {"id": account, "object": "account", "settings": dashboard}
                return 200, about | {"capabilities": self.capabilities}
            case ["GET", "v1", "checkout", "sessions", name] if name in self.sessions:
                return 200, self.sessions[name]
            case ["POST", "v1", "checkout", "sessions", name, "expire"] if name in self.sessions:
                self.sessions[name]["status"] = "expired"
                return 200, self.sessions[name]
            case ["POST", "v1", "payment_intents", name, "cancel"]:
                return 200, {"id": name, "object": "payment_intent", "status": "canceled"}
        return 404, {"error": {"code": "resource_missing", "message": f"No such thing: {path}"}}

    def _session(self, form: dict[str, str]) -> dict[str, Any]:
        name = f"cs_test_{len(self.sessions) + 1}"
        items = [key for key in form if key.endswith("[unit_amount]")]
        methods = [form[key] for key in sorted(form) if key.startswith("payment_method_types")]
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "url": f"https://checkout.stripe.example/c/{name}",
            "status": "open",
            "payment_status": "unpaid",
            "client_reference_id": form["client_reference_id"],
            "amount_total": sum(int(form[key]) for key in items),
            "currency": form["line_items[0][price_data][currency]"],
            "payment_method_types": methods,
            "payment_intent": None,
        }
        return self.sessions[name]

    # What the customer does on Stripe's page.

    def paid(self, name: str, method: str = "card") -> dict[str, Any]:
        """Money came."""
        charge = {"payment_method_details": {"type": method}}
        intent = {"id": f"pi_{name}", "status": "succeeded", "latest_charge": charge}
        return self._change(name, status="complete", payment_status="paid", payment_intent=intent)

    def promised(self, name: str) -> dict[str, Any]:
        """The customer chose to pay at a convenience store."""
        voucher = {"hosted_voucher_url": "https://payments.stripe.example/konbini/voucher"}
        action = {"konbini_display_details": voucher}
        intent = {"id": f"pi_{name}", "status": "requires_action", "next_action": action}
        return self._change(name, status="complete", payment_intent=intent)

    def not_paid_in_time(self, name: str) -> dict[str, Any]:
        intent = {"id": f"pi_{name}", "status": "requires_payment_method"}
        return self._change(name, status="complete", payment_intent=intent)

    def expired(self, name: str) -> dict[str, Any]:
        return self._change(name, status="expired")

    def _change(self, name: str, **fields: Any) -> dict[str, Any]:
        self.sessions[name] |= fields
        return self.sessions[name]


def event_of(kind: str, session: dict[str, Any], **changed: Any) -> str:
    """A webhook's body, in which the payment intent is a name and nothing more."""
    intent = (session.get("payment_intent") or {}).get("id")
    told = {**session, "payment_intent": intent, **changed}
    return json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": told}})


def signed(body: str, secret: str = SECRET, at: int | None = None) -> str:
    """What Stripe writes into the header, by the SDK's own signer."""
    header: str = stripe.WebhookSignature.generate_signature_header(body, secret, at)
    return header


@contextmanager
def running_stripe() -> Iterator[tuple[StripeApi, str]]:
    """The stand-in, and the address at which it answers."""
    api = StripeApi()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            told = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
            form = {name: values[0] for name, values in told.items()}
            path, key = urlsplit(self.path).path, self.headers.get("Idempotency-Key", "")
            account = ACCOUNTS.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
            if account is None:
                error = {"type": "invalid_request_error", "message": "Invalid API Key provided"}
                status, answer = 401, {"error": error}
            else:
                status, answer = api.answer(self.command, path, form, key, account)
            body = json.dumps(answer).encode()
            if api.raw:
                status, body = api.raw
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = respond  # noqa: N815

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield api, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
