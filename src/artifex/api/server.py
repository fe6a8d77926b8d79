"""The server process: its listening socket, event loop and graceful shutdown."""

import asyncio
import gc
import json
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from artifex.api.config import ApiConfig
from artifex.errors import BadInput, NotAvailable

_MOST_HEAD_BYTES = 2**16
_HEAD_SECONDS = 15.0
_FAREWELL_SECONDS = 10
_BACKLOG = 2048
_OBJECTS_BETWEEN_COLLECTIONS = 20_000


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket. Raises NotAvailable, BadInput."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except socket.gaierror as error:
        listener.close()
        raise BadInput(f"This machine has no address {host!r:.80}; choose another with --host.") from error
    except OSError as error:
        listener.close()
        reason = (error.strerror or "error").lower()
        raise NotAvailable(f"Port {port} of {host} cannot be had ({reason}); choose another with --port.") from error
    listener.listen(_BACKLOG)
    return listener


def answer_requests(
    app: Any, config: ApiConfig, listener: socket.socket, on_ready: Callable[[], None], on_leaving: Callable[[], None]
) -> None:
    """Answer requests until SIGTERM or SIGINT; a second signal quits at once.

    Args:
        app: the ASGI application.
        config: for the largest WebSocket frame and the trusted proxies.
        listener: the listening socket.
        on_ready: called in the loop once requests are accepted.
        on_leaving: called in the loop when shutdown begins, before connections are closed.
    """
    settings = uvicorn.Config(
        app,
        http=_BoundedHead,
        ws="websockets-sansio",
        ws_max_size=config.limits.socket_frame_bytes,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=bool(config.proxies),  # X-Forwarded-For and X-Forwarded-Proto of these alone
        forwarded_allow_ips=list(config.proxies),
        server_header=False,
        timeout_graceful_shutdown=_FAREWELL_SECONDS,
    )
    # Each request makes thousands of short-lived objects. Scanning the long-lived ones hundreds of times a second would
    # take a tenth of the CPU.
    gc.freeze()
    logging.getLogger("uvicorn.error").addFilter(_is_worth_a_line)
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 50)
    _Server(settings, on_ready, on_leaving).run([listener])


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Uvicorn takes a WebSocket that was properly refused for a fault, with which anybody could fill the log."""
    return record.msg != "ASGI callable returned without completing handshake."


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None], on_leaving: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._on_leaving = on_leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Replaces uvicorn's handlers, which raise the signal again at the end, as if the process had crashed."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._leave)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    def _leave(self) -> None:
        if self.should_exit:
            self.force_exit = True
            return
        self.should_exit = True
        self._on_leaving()


class _BoundedHead(HttpToolsProtocol):
    """Closes connections whose request line and headers are too long or arrive too slowly."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._head_bytes = 0
        self._in_head = True
        self._clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._clock = self.loop.call_later(_HEAD_SECONDS, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            self._clock = self._clock or self.loop.call_later(_HEAD_SECONDS, self._too_slow)
        super().data_received(data)
        if self._in_head and self._head_bytes > _MOST_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_clock()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head, self._head_bytes = True, 0

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP with the same JSON as other errors."""
        body = json.dumps({"error": {"code": "bad_input", "message": msg, "details": None}}).encode()
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self.send_400_response("The head of the request came too slowly.")

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
