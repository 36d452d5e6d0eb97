"""How do bytes become requests? HTTP/1.1 with connections that stay open, many at once."""

import json
import logging
import socket
import sys
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from .http import Answer, Request
from .site import Site

logger = logging.getLogger("sandbox")
LARGEST = 2_000_000
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  Only where somebody asks for it.
BROKEN = json.dumps({"message": "The sandbox itself broke; see its output."}).encode()


class Handler(BaseHTTPRequestHandler):
    """One connection: its requests, one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Server"

    def _answer(self) -> None:
        request = self._request()
        if request is None:
            return
        try:
            answer = self.server.site.answer(request)
        except Exception:
            logger.exception("%s %s", request.method, request.path)
            answer = Answer(500, BROKEN)
        if answer is None:
            self._drop()
        else:
            self._send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = _answer  # noqa: N815

    def _request(self) -> Request | None:
        """The request read whole, or None after an answer that says why not."""
        length = self.headers.get("Content-Length", "0")
        problem = self._problem(length)
        if problem:
            self.close_connection = True
            self._send(Answer(problem))
            return None
        path, _, query = self.path.partition("?")
        return Request(
            method="GET" if self.command == "HEAD" else self.command,
            path=path,
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(length)),
            origin=f"http://{self.headers['Host']}",
        )

    def _problem(self, length: str) -> int:
        """The status that refuses the request unread, or 0."""
        host = self.headers.get("Host", "")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            return 411
        if int(length) > LARGEST:
            return 413
        # A name that leads here by somebody's DNS trick is not ours.
        hosts = self.server.hosts
        return 0 if not hosts or {host, host.rpartition(":")[0]} & hosts else 421

    def _send(self, answer: Answer) -> None:
        lines = [f"HTTP/1.1 {answer.status} {self.responses.get(answer.status, ('',))[0]}"]
        lines += [f"Date: {formatdate(usegmt=True)}", "Server: sandbox"]
        if answer.status not in (204, 304):
            lines += [f"Content-Type: {answer.content_type}"]
            lines += [f"Content-Length: {len(answer.body)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        lines += ["Connection: close"] * self.close_connection
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        body = b"" if self.command == "HEAD" else answer.body
        if answer.drip:
            self._drip(head, body, answer.drip)
        else:
            self.wfile.write(head + body)

    def _drip(self, head: bytes, body: bytes, seconds: float) -> None:
        self.wfile.write(head)
        for byte in body:
            time.sleep(seconds)
            self.wfile.write(bytes([byte]))

    def _drop(self) -> None:
        """Close without a word, as a broken line does."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the recorder keeps what matters."""


class Server(ThreadingHTTPServer):
    """The sandbox on one address; `hosts` are the names that it answers to, empty for any."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], site: Site, hosts: set[str]) -> None:
        self.site = site
        self.hosts = hosts
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller who hangs up is no news; anything else is."""
        if not isinstance(sys.exception(), ConnectionError):
            logger.exception("A connection broke")


def listen(host: str, port: int, site: Site) -> list[Server]:
    """Servers for a host; for localhost on both of its addresses, as browsers try both."""
    hosts = LOOPBACK | {host} if host not in EVERYWHERE else set()
    if host != "localhost":
        return [Server((host, port), site, hosts)]
    first = Server(("127.0.0.1", port), site, hosts)
    try:
        return [first, Server(("::1", first.server_port), site, hosts)]
    except OSError:
        if port and socket.has_ipv6 and _answers("::1", port):
            first.server_close()
            raise
        return [first]  # A machine without IPv6.


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def start(servers: list[Server]) -> None:
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()


def stop(servers: list[Server]) -> None:
    for server in servers:
        server.shutdown()
        server.server_close()
