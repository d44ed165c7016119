"""A little GOV.UK Notify on this machine: what it is asked is kept, what it answers is set by the test."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SERVICE = "11111111-2222-4333-8444-555555555555"
SECRET = "66666666-7777-4888-9999-aaaaaaaaaaaa"
KEY = f"portal-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"


class Notify(ThreadingHTTPServer):
    """`asked`: each request as method, path with query as pairs, and body. `answers`: what comes next, else 201."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, Any]] = []
        self.tokens: list[str] = []
        self.answers: list[tuple[int, Any] | None] = []  # None: the connection drops once the letter is taken
        self.taken: list[str] = []  # references of the letters that were accepted

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Notify

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        wanted = dict(parse_qsl(parts.query))
        self.server.asked.append(("GET", parts.path, wanted))
        known = [{"reference": name} for name in self.server.taken if name == wanted["reference"]]
        self.reply(200, {"notifications": known, "links": {}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(("POST", self.path, body))
        self.server.tokens.append(self.headers["Authorization"].removeprefix("Bearer "))
        answer = self.server.answers.pop(0) if self.server.answers else (201, {"id": "1"})
        if answer is None or answer[0] == 201:
            self.server.taken.append(body.get("reference", ""))
        if answer is None:
            self.close_connection = True
        else:
            self.reply(*answer)

    def reply(self, status: int, body: Any) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Nothing on standard error."""


def refusal(status: int, kind: str, message: str) -> tuple[int, Any]:
    """An error as Notify words it."""
    return status, {"status_code": status, "errors": [{"error": kind, "message": message}]}


@contextmanager
def running() -> Iterator[Notify]:
    with Notify() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
