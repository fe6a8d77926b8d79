"""A server that speaks the studio's protocol over real sockets, keeps jobs in memory, and fails as it is told to."""

import asyncio
import hashlib
import socket
import threading
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

TOKEN = "ax_key_secret"


def job_data(state: str = "queued", **fields: Any) -> dict[str, Any]:
    """A job's JSON, as the API tells it."""
    progress = {"stage": None, "step": 0, "of": 0, "eta": None, "vram": None, "preview": None}
    plain = {
        "id": uuid.uuid4().hex,
        "kind": "generate",
        "state": state,
        "sequence": 0,
        "created_at": 1.0,
        "result": None,
    }
    return {**plain, "model": "starter", "priority": 0, "progress": progress, "error": None, **fields}


def event_data(seq: int, job: dict[str, Any], state: str, **fields: Any) -> dict[str, Any]:
    progress = {"stage": None, "step": 0, "of": 12, "eta": None, "vram": None, "preview": None}
    told = {"id": job["id"], "kind": job["kind"], "state": state, "sequence": seq, "progress": progress, **fields}
    return {"type": "progress" if state == "running" else "state", "seq": seq, "at": 1.0, "job": told}


@dataclass(slots=True)
class FakeStudio:
    """``faults`` are used up, one a request: a status to answer with, or what to do to the connection."""

    faults: list[int | str] = field(default_factory=list[int | str])
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    keys: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    bodies: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """Of the one job that is followed."""
    sockets: list[str] = field(default_factory=list[str])
    """The query of each socket that was opened."""
    most_a_socket: int = 1000
    """Messages after which a socket drops."""
    content: bytes = b""
    cut_after: int | None = None
    """Bytes of a file after which the connection breaks, once."""
    ranges: list[str] = field(default_factory=list[str])
    url: str = ""
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    def __enter__(self) -> "FakeStudio":
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(self._app(), log_level="critical", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.should_exit = True
        self._thread.join(10)

    def add(self, job: dict[str, Any]) -> dict[str, Any]:
        self.jobs[job["id"]] = job
        return job

    def asset(self, asset_id: str) -> dict[str, Any]:
        plain = {"id": asset_id, "sha256": hashlib.sha256(self.content).hexdigest(), "size": len(self.content)}
        return {**plain, "kind": "video", "media_type": "video/mp4", "name": "", "facts": {}, "created_at": 1.0}

    def _app(self) -> "Callable[[Scope, Receive, Send], Any]":
        api = "/api/v1"
        routes = [
            Route(f"{api}/jobs", self._create, methods=["POST"]),
            Route(f"{api}/jobs/{{id}}", self._get),
            Route(f"{api}/jobs/{{id}}/cancel", self._cancel, methods=["POST"]),
            Route(f"{api}/media", self._upload, methods=["POST"]),
            Route(f"{api}/media/bulk", self._told, methods=["POST"]),
            Route(f"{api}/media/{{id}}", self._asset),
            Route(f"{api}/media/{{id}}", self._told, methods=["PATCH"]),
            Route(f"{api}/media/{{id}}/shares", self._told, methods=["POST"]),
            Route(f"{api}/boards", self._told, methods=["POST"]),
            Route(f"{api}/media/{{id}}/file", self._file),
            WebSocketRoute(f"{api}/jobs/{{id}}/progress", self._follow),
        ]
        app = Starlette(routes=routes)

        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and self.faults:
                await self._fail(app, scope, receive, send)
            else:
                await app(scope, receive, send)

        return faulty

    async def _fail(self, app: Starlette, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self.faults.pop(0)
        if fault == "lose the answer":
            await app(scope, receive, _into_the_void)
            await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"100")]})
            raise ConnectionAbortedError
        assert isinstance(fault, int)
        error = {"code": "too_many" if fault == 429 else "database_unreachable", "message": "Later."}
        response = JSONResponse({"error": error}, fault, headers={"retry-after": "0.05", "x-request-id": "abc"})
        await response(scope, receive, send)

    async def _create(self, request: Request) -> Response:
        body = await request.json()
        key = request.headers["idempotency-key"]
        if key not in self.keys:
            self.bodies.append(body)
            self.keys[key] = self.add(job_data(recipe={"prompt": body.get("prompt")}))
        return JSONResponse({"items": [self.keys[key]], "batch": None}, 201)

    async def _get(self, request: Request) -> Response:
        job = self.jobs.get(request.path_params["id"])
        return JSONResponse(job) if job else _refusal(404, "not_found", "There is no such job.")

    async def _cancel(self, request: Request) -> Response:
        return _refusal(409, "conflict", "The job is over.")

    async def _upload(self, request: Request) -> Response:
        form = await request.form()
        upload = form["file"]
        assert not isinstance(upload, str)
        self.content = await upload.read()
        return JSONResponse(self.asset("a" * 32), 201)

    async def _asset(self, request: Request) -> Response:
        return JSONResponse(self.asset(request.path_params["id"]))

    async def _told(self, request: Request) -> Response:
        """One answer for all that is done to the library, with the fields of each."""
        self.bodies.append(await request.json())
        told = {"changed": 2, "count": 0, "favourite": True, "expires_at": 2.0, "token": "t", "path": "/#/shared/t"}
        return JSONResponse({**self.asset("a" * 32), **told, "boards": ["b" * 32]})

    async def _file(self, request: Request) -> Response:
        asked = request.headers.get("range", "")
        self.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        piece, cut = self.content[start:], self.cut_after
        self.cut_after = None

        async def body() -> AsyncIterator[bytes]:
            yield piece[:cut]
            if cut is not None:
                raise ConnectionAbortedError

        headers = {"content-length": str(len(piece))}
        if asked:
            headers["content-range"] = f"bytes {start}-{len(self.content) - 1}/{len(self.content)}"
        return StreamingResponse(body(), 206 if asked else 200, headers)

    async def _follow(self, socket: WebSocket) -> None:
        if socket.headers.get("authorization") == "Bearer wrong":
            await socket.send_denial_response(_refusal(401, "not_signed_in", "Sign in first."))
            return
        await socket.accept()
        self.sockets.append(socket.url.query)
        after = int(socket.query_params.get("after", -1))
        if after >= 0:
            await socket.send_json({"type": "resumed", "seq": after})
        missed = [event for event in self.events if event["seq"] > after]
        for event in missed[: self.most_a_socket]:
            await socket.send_json(event)
        await asyncio.sleep(0)
        await socket.close(1011 if len(missed) > self.most_a_socket else 1000)


def _refusal(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message, "details": None}}, status)


async def _into_the_void(_message: Any) -> None:
    """Where an answer goes that nobody hears."""
