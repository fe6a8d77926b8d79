"""A real server of the S3 protocol (rclone), and one in front of it that spoils answers as it is told to."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.fakes.ports import free_port

KEY, SECRET = "artifexkey", "artifexsecret"
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}

_OF_THE_CONNECTION = ("transfer-encoding", "connection", "date")

Kind = Literal["status", "hang", "drop", "truncate", "flip", "etag", "lose"]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request of ``method``.

    ``status`` answers so without asking the server, ``hang`` says nothing for ``seconds``, ``drop`` does the work and
    closes the connection unanswered, ``truncate`` ends a body early, ``flip`` changes its first byte (of an upload: on
    its way in), ``etag`` alters the ETag, ``lose`` reports success for what was never done.
    """

    method: str
    kind: Kind
    status: int = 503
    seconds: float = 3.0


@dataclass
class SpoilingProxy:
    """Passes requests on to ``port``, spoiling them by ``faults`` in their order, each once."""

    port: int
    faults: deque[Fault] = field(default_factory=deque[Fault])
    seen: list[str] = field(default_factory=list[str])
    """Method and path of every request."""

    def __enter__(self) -> "SpoilingProxy":
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def queue(self, *faults: Fault) -> None:
        self.faults.extend(faults)

    def next_fault(self, method: str) -> Fault | None:
        if self.faults and self.faults[0].method in (method, "*"):
            return self.faults.popleft()
        return None


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """The endpoint of a server over ``folder``, with a bucket called ``bucket``. Skips where it cannot start."""
    (folder / "bucket").mkdir(parents=True)
    port = free_port()
    with subprocess.Popen(
        [_program(), "serve", "s3", "--auth-key", f"{KEY},{SECRET}", "--addr", f"127.0.0.1:{port}", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "RCLONE_CONFIG": os.devnull},
    ) as server:
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


def _program() -> str:
    found = shutil.which("rclone", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        pytest.skip("service: rclone's program is not there")
    return found


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if server.poll() is not None:
            pytest.skip("service: rclone does not start")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)
    pytest.skip("service: rclone does not answer")


def _handler(proxy: SpoilingProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            proxy.seen.append(f"{self.command} {self.path}")
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            fault = proxy.next_fault(self.command)
            kind = None if fault is None else fault.kind
            if fault is not None and kind == "hang":
                time.sleep(fault.seconds)
                self.close_connection = True
                return
            if fault is not None and kind == "status":
                self._answer(fault.status, [], _error(fault.status))
                return
            if kind == "lose":
                self._answer(200, [("ETag", '"0123456789abcdef0123456789abcdef"')], b"")
                return
            self._pass_on(body, kind)

        def _pass_on(self, body: bytes, kind: Kind | None) -> None:
            if kind == "flip" and body:
                body = bytes((body[0] ^ 1,)) + body[1:]
            status, headers, answer = self._ask(body)
            if kind == "drop":
                self.close_connection = True
                return
            if kind == "etag":
                headers = [(name, '"wrong"' if name.lower() == "etag" else value) for name, value in headers]
            if kind == "flip" and answer:
                answer = bytes((answer[0] ^ 1,)) + answer[1:]
            self._answer(status, headers, answer, cut=kind == "truncate")

        def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
            connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=20)
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                connection.putheader(name, value)
            connection.endheaders(body or None)
            answer = connection.getresponse()
            kept = [
                (n, v) for n, v in answer.getheaders() if n.lower() not in ("transfer-encoding", "connection", "date")
            ]
            content = answer.read()
            connection.close()
            return answer.status, kept, content

        def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes, *, cut: bool = False) -> None:
            self.send_response(status)
            for name, value in headers:
                if name.lower() != "content-length" or self.command == "HEAD":
                    self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[: len(body) // 2] if cut else body)
            if cut:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

    for method in ("GET", "PUT", "POST", "DELETE", "HEAD"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    return Handler


def _error(status: int) -> bytes:
    code = {403: "ExpiredToken", 503: "SlowDown"}.get(status, "InternalError")
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()
