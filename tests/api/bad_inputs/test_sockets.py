"""Sockets of people who may not, say too much, or come from a page of somebody else."""

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.api.bad_inputs.studio import Target

EVENTS, SOCKET_IO = "/api/v1/events", "/socket.io/?EIO=4&transport=websocket"
_PATIENCE = 20.0


def _open(target: Target, path: str = EVENTS, **headers: str) -> ClientConnection:
    address = f"ws://127.0.0.1:{target.server.port}{path}"
    return connect(address, additional_headers=headers, max_size=None, open_timeout=5)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (EVENTS, {}, 401),
        (EVENTS, {"authorization": "Bearer nonsense"}, 401),
        (EVENTS, {"authorization": "Bearer ax_00000000_nonsense"}, 401),
        (f"{EVENTS}?token=x", {}, 401),
        (f"{EVENTS}?ticket=x", {}, 401),
        (EVENTS, {"origin": "https://evil.example"}, 403),
        (EVENTS, {"origin": "null"}, 403),
        (SOCKET_IO, {"origin": "https://evil.example"}, 403),
        (f"{EVENTS}?after=-1", {"authorization": "own"}, 400),
        (f"{EVENTS}?after=9999999999999999999999", {"authorization": "own"}, 400),
        ("/api/v1/nothing", {"authorization": "own"}, 404),
        (f"/api/v1/jobs/{'0' * 32}/progress", {"authorization": "own"}, 404),
    ],
)
def test_a_socket_that_may_not_be_is_not_opened(
    target: Target, path: str, headers: dict[str, str], status: int
) -> None:
    if headers.get("authorization") == "own":
        headers = target.proof()
    with pytest.raises(InvalidStatus) as refused, _open(target, path, **headers):
        pass
    assert refused.value.response.status_code == status
    assert target.is_well()


def test_ten_megabytes_in_one_message_end_the_socket(target: Target) -> None:
    with _open(target, **target.proof()) as socket:
        assert _code(socket, ["x" * 10 * 2**20]) in (1009, 1006)
    assert target.is_well()


def test_a_thousand_messages_a_second_end_the_socket(target: Target) -> None:
    with _open(target, **target.proof()) as socket:
        assert _code(socket, ["{}"] * 1000) in (1008, 1006)
    assert target.is_well()


def test_a_message_of_brackets_is_only_counted(target: Target) -> None:
    with _open(target, **target.proof()) as socket:
        socket.send("[" * 50)
        socket.send("ping")
        assert any("pong" in str(socket.recv(5)) for _ in range(2))


def test_who_subscribes_without_end_is_let_go(target: Target) -> None:
    """The farewell of Socket.IO is a packet that begins with 41."""
    before = target.resident_bytes()
    with _open(target, SOCKET_IO, **target.proof()) as socket:
        assert str(socket.recv(5)).startswith("0{")
        socket.send("40")
        for number in range(1000):
            socket.send(f'42{number}["subscribe",{{"job":"{number:032x}"}}]')
        heard = ""
        while not heard.startswith("41"):
            heard = str(socket.recv(_PATIENCE))
    assert target.resident_bytes() - before < 200 * 2**20
    assert target.is_well()


def test_socket_io_without_a_proof_tells_nothing(target: Target) -> None:
    with _open(target, SOCKET_IO) as socket:
        socket.recv(5)
        socket.send('40{"token":"nonsense"}')
        assert str(socket.recv(5)).startswith("44")


def _code(socket: ClientConnection, messages: list[str]) -> int:
    """The code that the server closes with while it is sent these."""
    try:
        for message in messages:
            socket.send(message)
        while True:
            socket.recv(_PATIENCE)
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else 1006
