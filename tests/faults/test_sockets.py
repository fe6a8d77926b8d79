"""A client that does not read its event socket (F22): its buffer is bounded, and it is disconnected in the end."""

import base64
import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psutil
from sqlalchemy import insert

from artifex.store.database import wall_now
from artifex.store.tables.jobs import events
from tests.faults.runs import Run, runs
from tests.faults.studio import Studio

AT_ONCE = 10
EVENT_BYTES = 20_000
EVENTS = 400
BURST, BURST_SECONDS = 20, 0.1
"""Eight megabytes in all: more than the kernel and the server buffer for a client."""
MOST_MEMORY = 200 * 2**20


def test_readers_that_do_not_read_are_dropped_f22(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio("embedded", slots=1)
    server = psutil.Process(studio.hosts.pid(studio.api))
    before = server.memory_info().rss
    for run in runs("F22", share=AT_ONCE):
        with run, ThreadPoolExecutor(1) as reads:
            slow = [connect(studio, run.random.randrange(2048, 65536)) for _ in range(AT_ONCE)]
            good = connect(studio, 2**20)
            reading = reads.submit(read_all, good, f"{run.tag(0)} event".encode())
            tell(studio, run)
            assert reading.result() == EVENTS
            for reader in slow:
                read_some(reader, run)
            studio.wait(lambda slow=slow: all(is_dropped(reader) for reader in slow), "slow readers to be dropped")
            for reader in (*slow, good):
                reader.close()
            assert server.memory_info().rss - before < MOST_MEMORY
    assert studio.client.is_served()


def connect(studio: Studio, buffer: int) -> socket.socket:
    """Open an event socket without reading from it."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    reader.connect(("127.0.0.1", studio.client.port))
    key = base64.b64encode(os.urandom(16)).decode()
    reader.sendall(
        f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:{studio.client.port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert reader.recv(12) == b"HTTP/1.1 101"
    return reader


def tell(studio: Studio, run: Run) -> None:
    """Send events like those of jobs, only larger, and no faster than a normal client reads."""
    same = {"job_id": f"{run.seed:032x}", "owner": "local", "kind": "state"}
    for number in range(0, EVENTS, BURST):
        texts = [f"{run.tag(0)} event {one}".ljust(EVENT_BYTES) for one in range(number, number + BURST)]
        told = [{**same, "data": {"state": "queued", "text": text}} for text in texts]
        with studio.database.write() as connection:
            connection.execute(insert(events).values(at=wall_now()), told)
        time.sleep(BURST_SECONDS)


def read_all(reader: socket.socket, text: bytes) -> int:
    """Count the events with the text, until all have come or nothing more comes."""
    reader.settimeout(20)
    count, rest = 0, b""
    while count < EVENTS and (received := reader.recv(2**20)):
        rest += received
        count += rest.count(text)
        rest = rest[max(rest.rfind(text) + len(text), len(rest) - len(text)) :]
    return count


def read_some(reader: socket.socket, run: Run) -> None:
    """Read a little now and then, too slowly to keep up."""
    if run.random.random() < 0.5:
        reader.settimeout(5)
        reader.recv(run.random.randrange(1, 4096))


def is_dropped(reader: socket.socket) -> bool:
    """Whether the server closed the connection, after reading what the kernel still had."""
    reader.settimeout(0.2)
    try:
        while reader.recv(2**20):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True
