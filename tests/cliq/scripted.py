"""A server that says exactly what it is told to, however wrong: what the sandbox never would."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Act = Callable[["Handler"], None]


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class ScriptedCliq(ThreadingHTTPServer):
    """Answers in the order they were given; the last one again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.reset()

    def reset(self) -> None:
        self.acts: list[Act] = []
        self.received: list[Received] = []
        self.released = threading.Event()

    def handle_error(self, *request: object) -> None:
        """A client that hangs up is what many tests are about."""

    def will(self, act: Act) -> None:
        self.acts.append(act)

    def answers(self, status: int = 200, body: Any = b"", **headers: str) -> None:
        """Next, answer with this; a body that is not bytes is sent as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.will(lambda handler: handler.answer(status, raw, headers))

    def hangs(self) -> None:
        """Next, say nothing until the test is over."""
        self.will(lambda handler: handler.hang())

    def drops(self) -> None:
        """Next, close the line without a word."""
        self.will(lambda handler: handler.drop())

    def says(self, raw: bytes) -> None:
        """Next, write exactly these bytes and close the line."""
        self.will(lambda handler: handler.say(raw))

    def drips(self, head: bytes) -> None:
        """Next, write this and then a byte now and then, for as long as anybody listens."""
        self.will(lambda handler: handler.drip(head))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedCliq

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        received = Received(self.command, split.path, query, self.headers, body)
        self.server.received.append(received)
        acts = self.server.acts
        (acts.pop(0) if len(acts) > 1 else acts[0])(self)

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def hang(self) -> None:
        self.server.released.wait(10)
        self.drop()

    def drop(self) -> None:
        self.close_connection = True

    def say(self, raw: bytes) -> None:
        self.wfile.write(raw)
        self.close_connection = True

    def drip(self, head: bytes) -> None:
        self.close_connection = True
        try:
            self.wfile.write(head)
            while not self.server.released.wait(0.05):
                self.wfile.write(b"a")
        except OSError:
            pass

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[ScriptedCliq]:
    """A scripted server, up while the block runs."""
    with ScriptedCliq() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()
