"""Ports for servers that tests start."""

import os
import socket
from itertools import cycle

_FIRST, _EACH = 20_000, 1_000
"""Below those that the system gives to connections and to whoever names none; each process of pytest has its own."""
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 12
_PORTS = cycle(range(_FIRST + _WORKER * _EACH, _FIRST + (_WORKER + 1) * _EACH))


def free_port() -> int:
    """One that nothing listens on, and that nothing else of these tests is given meanwhile."""
    for port in _PORTS:
        with socket.socket() as probe:
            probe.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # one whose last connection still lingers is free
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("a cycle has no end")
