"""A model hub on the loopback, speaking the protocol of the Hugging Face Hub, that fails as it is told to.

Two servers, as in life: one has the lists and small files, and redirects to another origin for large ones.
Faults are queued for a file and used up one an answer.
"""

import hashlib
import json
import re
import threading
import time
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

COMMIT = "1234567890abcdef1234567890abcdef12345678"
PIECE = 2**13

Kind = Literal["drop", "truncate", "status", "etag", "flip", "length", "no ranges", "more"]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one answer.

    ``drop`` closes the connection after ``at`` bytes of the body, ``truncate`` ends the body there in good order,
    ``status`` answers with that code instead, ``etag`` gives the file another ETag from now on, ``flip`` changes
    the byte ``at``, ``length`` offers a byte less, ``more`` sends a byte more than there is, ``no ranges`` heeds none.
    """

    kind: Kind
    at: int = 0
    status: int = 503
    retry_after: str = ""


@dataclass(frozen=True)
class Request:
    """What was asked of a file, and the body bytes that answered it."""

    path: str
    first_byte: int
    status: int
    sent: int


@dataclass
class FakeHub:
    """``repositories`` maps names to files; ``endpoint`` is for HF_ENDPOINT. Use as a context manager."""

    repositories: dict[str, dict[str, bytes]]
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    """By path; ``""`` is the list of files."""
    commit: str = COMMIT
    seconds_a_piece: float = 0.0
    requests: list[Request] = field(default_factory=list)
    bytes_sent: int = 0
    """Of files, also while one is being sent."""
    listings: list[str] = field(default_factory=list)
    """The revisions that were asked for."""
    tokens: list[tuple[str, str]] = field(default_factory=list)
    """Which server saw which authorization."""
    edit_listing: Any = None
    """Called with the list of files before it is sent."""

    def __enter__(self) -> "FakeHub":
        self._etags: dict[str, str] = {}
        self._front = self._serve("front")
        self._store = self._serve("store")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in (self._front, self._store):
            server.shutdown()
            server.server_close()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._front.server_port}"

    @property
    def store(self) -> str:
        return f"http://127.0.0.1:{self._store.server_port}"

    def queue(self, path: str, *faults: Fault) -> None:
        self.faults[path].extend(faults)

    def etag(self, path: str, content: bytes) -> str:
        return self._etags.get(path) or f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'

    def change_etag(self, path: str) -> None:
        self._etags[path] = f'"{hashlib.md5(str(time.perf_counter_ns()).encode()).hexdigest()}"'

    def next_fault(self, path: str) -> Fault | None:
        return self.faults[path].popleft() if self.faults[path] else None

    def _serve(self, role: str) -> ThreadingHTTPServer:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": self, "role": role}))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return server


def is_large(path: str) -> bool:
    return path.endswith(".safetensors")


def describe(path: str, content: bytes) -> dict[str, Any]:
    """A file as the hub lists it with ``?blobs=true``."""
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    entry: dict[str, Any] = {"rfilename": path, "size": len(content), "blobId": blob}
    if is_large(path):
        entry["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
    return entry


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    role: str
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        import socket

        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * PIECE)  # little in flight, so counts are fair
        super().setup()

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.hub.tokens.append((self.role, self.headers.get("authorization", "")))
        path = unquote(urlsplit(self.path).path)
        if match := re.fullmatch(r"/api/models/(.+)/revision/(.+)", path):
            self._list(match[1], match[2])
        elif match := re.fullmatch(r"/(.+?)/resolve/([^/]+)/(.+)", path):
            self._resolve(match[1], match[2], match[3])
        elif match := re.fullmatch(r"/store/(.+?)/files/(.+)", path):
            self._file(match[2], self.hub.repositories[match[1]][match[2]])
        else:
            self._say(404, {"x-error-code": "RepoNotFound"})

    def _list(self, repository: str, revision: str) -> None:
        self.hub.listings.append(revision)
        fault = self.hub.next_fault("")
        if fault is not None and fault.kind == "drop":
            self.close_connection = True
            return
        if fault is not None:
            self._say(fault.status, {"retry-after": fault.retry_after} if fault.retry_after else {})
        elif repository not in self.hub.repositories:
            self._say(404, {"x-error-code": "RepoNotFound"})
        else:
            files = [describe(path, content) for path, content in self.hub.repositories[repository].items()]
            if self.hub.edit_listing is not None:
                self.hub.edit_listing(files)
            body = json.dumps({"id": repository, "sha": self.hub.commit, "siblings": files}).encode()
            self._say(200, {"content-type": "application/json"}, body)

    def _resolve(self, repository: str, commit: str, path: str) -> None:
        content = self.hub.repositories.get(repository, {}).get(path)
        if content is None or commit != self.hub.commit:
            self._say(404, {"x-error-code": "EntryNotFound"})
        elif is_large(path):
            self._say(
                302,
                {
                    "location": f"{self.hub.store}/store/{repository}/files/{path}",
                    "x-repo-commit": commit,
                    "x-linked-size": str(len(content)),
                    "x-linked-etag": f'"{hashlib.sha256(content).hexdigest()}"',
                },
            )
        else:
            self._file(path, content)

    def _file(self, path: str, content: bytes) -> None:
        fault = self.hub.next_fault(path) or Fault("drop", len(content) + 1)
        if fault.kind == "status":
            self.hub.requests.append(Request(path, 0, fault.status, 0))
            self._say(fault.status, {"retry-after": fault.retry_after} if fault.retry_after else {})
            return
        if fault.kind == "etag":
            self.hub.change_etag(path)
        etag = self.hub.etag(path, content)
        if fault.kind == "flip":
            content = content[: fault.at] + bytes([content[fault.at] ^ 1]) + content[fault.at + 1 :]
        self._send_file(path, content, etag, fault)

    def _send_file(self, path: str, content: bytes, etag: str, fault: Fault) -> None:
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("range", ""))
        ranged = match is not None and fault.kind != "no ranges" and self.headers.get("if-range", etag) == etag
        start = int(match[1]) if match and ranged else 0
        total = len(content) - (fault.kind == "length")
        body = content[start:total] + (b"!" if fault.kind == "more" else b"")
        headers = {"etag": etag, "x-repo-commit": self.hub.commit}
        if fault.kind in ("truncate", "more"):
            headers["transfer-encoding"] = "chunked"
        else:
            headers["content-length"] = str(len(body))
        if ranged:
            headers["content-range"] = f"bytes {start}-{total - 1}/{total}"
        if fault.kind in ("drop", "truncate"):
            body = body[: max(0, fault.at - start)]
        status = 206 if ranged else 200
        sent = 0
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in (body[at : at + PIECE] for at in range(0, len(body), PIECE)):
                self._send(piece, "transfer-encoding" in headers)
                sent += len(piece)
                self.hub.bytes_sent += len(piece)
                time.sleep(self.hub.seconds_a_piece)
            if "transfer-encoding" in headers:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True
        if len(body) < int(headers.get("content-length", 0)):
            self.close_connection = True
        self.hub.requests.append(Request(path, start, status, sent))

    def _send(self, piece: bytes, chunked: bool) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)

    def _say(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
