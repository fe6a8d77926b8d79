"""A program that is told of events, well behaved or not: a real HTTP server on this machine."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: bytes
    path: str


@dataclass
class Receiver:
    """Answers with ``statuses`` one after the other, then with the last for ever; sleeps ``pause`` before each.

    ``trickles`` sends a header every half second and never ends; ``location`` goes into 3xx answers.
    """

    statuses: list[int] = field(default_factory=lambda: [200])
    pause: float = 0.0
    trickles: bool = False
    location: str = ""
    received: list[Received] = field(default_factory=list)

    def __post_init__(self):
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                with suppress(OSError):  # whoever asked has gone
                    owner._answer(self)

            def log_message(self, format, *args):
                pass

        self._leaving = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._leaving.set()
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, count: int, seconds: float = 10.0) -> list[Received]:
        deadline = time.monotonic() + seconds
        while len(self.received) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.received) >= count, f"{len(self.received)} of {count} arrived"
        return self.received

    def _answer(self, request: BaseHTTPRequestHandler):
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        status = self.statuses[min(len(self.received), len(self.statuses) - 1)]
        self.received.append(
            Received({name.lower(): value for name, value in request.headers.items()}, body, request.path)
        )
        self._leaving.wait(self.pause)
        request.send_response_only(status)
        if self.location:
            request.send_header("location", self.location)
        request.flush_headers()
        while self.trickles and not self._leaving.wait(0.5):
            request.wfile.write(b"x-more: 1\r\n")
        request.send_header("content-length", "0")
        request.end_headers()
        request.close_connection = True
