"""Who answers? Every address of the sandbox: Zoho's side, the pages to watch, the controls."""

import time
from collections.abc import Callable
from datetime import datetime

from . import consent, operations, tokens, watch
from .controls import ACTS
from .faults import LineDropped
from .http import Answer, Request, json_answer, redirect
from .pages import Pages
from .refusals import Refused
from .reports import READS, state
from .sandbox import Sandbox

REQUESTS_SHOWN = 50


class Site:
    """The whole sandbox behind one function: a request in, an answer out."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.pages = Pages()

    def answer(self, request: Request) -> Answer | None:
        """The answer, or None where the line shall drop."""
        if request.path.startswith(("/oauth/", "/api/")):
            return self._zoho(request)
        if request.method == "POST" and request.is_foreign:
            return Answer(403)
        try:
            return self._own(request)
        except Refused as error:
            return json_answer(error.payload, error.status)

    def _zoho(self, request: Request) -> Answer | None:
        """Zoho's side: with the faults that were asked for, and everything recorded."""
        sandbox, started = self.sandbox, time.monotonic()
        recorder = sandbox.recorder
        at = sandbox.clock.now()
        caller = tokens.bearer(sandbox, request)
        account = caller["email"] if caller else ""
        fault = sandbox.faults.take(request.method, request.path, account)

        def act() -> Answer:
            return self._truth(request)

        try:
            answer = fault.perform(act) if fault else act()
        except LineDropped:
            answer = None
        recorder.add(
            request,
            answer,
            at=at,
            took=time.monotonic() - started,
            account=account,
            fault=fault.label if fault else "",
        )
        return answer

    def _truth(self, request: Request) -> Answer:
        """What Zoho would say without any fault."""
        path = {
            "GET /oauth/v2/auth": lambda: consent.authorize(self.sandbox, self.pages, request),
            "POST /oauth/v2/auth": lambda: self._decided(request),
            "POST /oauth/v2/token": lambda: tokens.token(self.sandbox, request),
            "POST /oauth/v2/token/revoke": lambda: tokens.revoke(self.sandbox, request),
            "GET /oauth/serverinfo": lambda: self._server_info(request),
        }.get(f"{request.method} {request.path}")
        try:
            return path() if path else operations.answer(self.sandbox, request)
        except Refused as error:
            return json_answer(error.payload, error.status)

    def _decided(self, request: Request) -> Answer:
        # Another site must not consent for whoever sits here.
        return (
            Answer(403) if request.is_foreign else consent.decide(self.sandbox, self.pages, request)
        )

    def _server_info(self, request: Request) -> Answer:
        locations = {self.sandbox.quirk("location"): request.origin}
        return json_answer({"result": "success", "locations": locations})

    def _own(self, request: Request) -> Answer:
        """The pages and controls that Zoho does not have."""
        sandbox, pages, path = self.sandbox, self.pages, request.path
        if path == "/":
            return watch.home(sandbox, pages, request)
        if path.startswith(("/channels/", "/chats/")):
            if request.method == "POST":
                return watch.write(sandbox, request)
            return watch.conversation(sandbox, pages, request)
        if path.startswith("/static/"):
            return pages.static(path.removeprefix("/static/"))
        if path.startswith("/sandbox/"):
            return self._controls(request)
        return pages.answer("error.html", request, status=404, error="")

    def _controls(self, request: Request) -> Answer:
        name = request.path.removeprefix("/sandbox/")
        if name.startswith("api/"):
            return self._machine(request, name.removeprefix("api/"))
        if request.method == "POST" and name in ACTS:
            self._told(ACTS[name], request.form())
            return redirect("/sandbox/")
        recorded = self.sandbox.recorder.list(most=REQUESTS_SHOWN)[::-1]
        shown = state(self.sandbox, {})
        now = datetime.fromtimestamp(self.sandbox.clock.now()).astimezone()
        return self.pages.answer("controls.html", request, state=shown, recorded=recorded, now=now)

    def _machine(self, request: Request, name: str) -> Answer:
        if request.method == "POST":
            if name not in ACTS:
                return json_answer({"error": f"no such control: {name}"}, 404)
            told = request.json() if request.body else {}
            return self._told(ACTS[name], told)
        if name not in READS:
            return json_answer({"error": f"no such report: {name}"}, 404)
        return self._told(READS[name], dict(request.query))

    def _told(self, act: Callable[..., dict[str, object]], told: object) -> Answer:
        try:
            if not isinstance(told, dict):
                raise TypeError("send a JSON object")
            return json_answer(act(self.sandbox, told))
        except KeyError as error:
            return json_answer({"error": f"{error.args[0]} is missing"}, 400)
        except (TypeError, ValueError) as error:
            return json_answer({"error": str(error)}, 400)
