"""The guard: wrong names, foreign pages and missing proofs are turned away before any door (B35, B88, B97, B99)."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.testclient import TestClient, WebSocketDenialResponse

from artifex.api.config import Limits
from tests.api.small_studio import HOME, SmallStudio, small_studio

ECHO = "/api/v1/echo"
EVENTS = "/api/v1/events"


def denied(client: TestClient, path: str = EVENTS, subprotocols: list[str] | None = None, **headers: str) -> int:
    """The status with which a socket is refused."""
    with (
        pytest.raises(WebSocketDenialResponse) as answer,
        client.websocket_connect(path, subprotocols=subprotocols, headers=headers),
    ):
        pass
    return answer.value.status_code


@pytest.fixture
def local(tmp_path: Path) -> TestClient:
    return small_studio(tmp_path, accounts=False).client()


@pytest.fixture
def studio(tmp_path: Path) -> SmallStudio:
    return small_studio(tmp_path, hosts=("studio.example",), origins=("https://pages.example",))


def test_without_accounts_this_machine_is_the_administrator(local: TestClient) -> None:
    assert local.get(ECHO).json() == {"caller": "local"}
    with local.websocket_connect(EVENTS) as events:
        assert events.receive_json()["caller"] == "local"


@pytest.mark.parametrize(
    "name", ["localhost", "localhost:8188", "LOCALHOST:8188", "127.0.0.1:8188", "[::1]:8188", "localhost:9"]
)
def test_the_names_of_this_machine_are_known(local: TestClient, name: str) -> None:
    assert local.get(ECHO, headers={"host": name}).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "evil.example:8188",
        "localhost.evil.example:8188",
        "evil.localhost",
        "localhost.",
        "127.0.0.1.nip.io:8188",
        "0.0.0.0:8188",
        "127.1:8188",
        "2130706433",
        "0x7f000001",
        "[::]:8188",
        "[::ffff:127.0.0.1]:8188",
        "localhost@evil.example",
        "localhost:8188@evil.example",
        "localhost:8188/evil",
        "localhost:8188:8188",
        "localhost:",
        "localhost evil",
        "localhost,evil.example",
        "http://localhost:8188",
        "",
        "x" * 10_000,
    ],
)
def test_a_foreign_name_is_refused(local: TestClient, name: str) -> None:
    answer = local.get(ECHO, headers={"host": name})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")
    assert denied(local, host=name) == 400


@pytest.mark.parametrize("name", ["0.0.0.0", "::", ""])
def test_listening_everywhere_makes_no_name_of_it(tmp_path: Path, name: str) -> None:
    client = small_studio(tmp_path, accounts=False, host=name, hosts=(name,)).client()
    assert client.get(ECHO, headers={"host": "0.0.0.0"}).status_code == 400
    assert client.get(ECHO).status_code == 200


def test_a_name_may_be_added(studio: SmallStudio) -> None:
    assert studio.client_of("anna").get(ECHO, headers={"host": "studio.example"}).status_code == 200


def test_two_names_are_none(local: TestClient) -> None:
    for second in ("evil.example", "localhost:8188"):
        answer = local.get(ECHO, headers=[("host", "localhost:8188"), ("host", second)])
        assert answer.status_code == 400


@pytest.mark.parametrize("origin", [HOME, "HTTP://LOCALHOST:8188"])
def test_the_servers_own_page_may_call_it(local: TestClient, origin: str) -> None:
    assert local.post(ECHO, json={}, headers={"origin": origin}).status_code == 200
    with local.websocket_connect(EVENTS, headers={"origin": origin}) as events:
        assert events.receive_json()


def test_a_usual_port_may_be_left_out(local: TestClient) -> None:
    for host, origin in (("localhost:80", "http://localhost"), ("localhost", "http://localhost")):
        assert local.post(ECHO, json={}, headers={"host": host, "origin": origin}).status_code == 200


FOREIGN = [
    "null",
    "",
    "https://evil.example",
    "http://evil.example:8188",
    "http://localhost",
    "http://localhost:3000",
    "https://localhost:8188",
    "http://127.0.0.1:8188",
    "http://localhost:8188.evil.example",
    "http://localhost:8188@evil.example",
    "http://localhost:81888",
    "http://localhost:8188/",
    "localhost:8188",
    "file://",
    "chrome-extension://abcdef",
]


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_page_is_refused(local: TestClient, origin: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = local.request(method, ECHO, headers={"origin": origin})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed"), method
        assert "access-control-allow-origin" not in answer.headers
    assert denied(local, origin=origin) == 403


def test_a_second_origin_does_not_help(local: TestClient) -> None:
    answer = local.post(ECHO, headers=[("origin", HOME), ("origin", "https://evil.example")])
    assert answer.status_code == 403


def test_a_page_may_be_added(studio: SmallStudio) -> None:
    client = studio.client_of("anna")
    assert client.post(ECHO, json={}, headers={"origin": "https://pages.example"}).status_code == 200
    assert client.post(ECHO, json={}, headers={"origin": "http://pages.example"}).status_code == 403


@pytest.mark.parametrize("host", ["studio.example", "studio.example:8443"])
def test_behind_a_proxy_with_tls_the_servers_own_page_may_call_it(studio: SmallStudio, host: str) -> None:
    """The proxy passes on the name; that the page came by https shows in its origin only."""
    client, page = studio.client_of("anna"), {"host": host, "origin": f"https://{host}"}
    assert client.post(ECHO, json={}, headers=page).status_code == 200
    with client.websocket_connect(EVENTS, headers=page) as events:
        assert events.receive_json()
    for origin in (
        "https://evil.example",
        f"https://{host}.evil",
        "https://localhost:8188",
        "https://studio.example:9",
    ):
        assert client.post(ECHO, json={}, headers={"host": host, "origin": origin}).status_code == 403
    for own in ("localhost:8188", "127.0.0.1:8188"):
        assert client.post(ECHO, json={}, headers={"host": own, "origin": f"https://{own}"}).status_code == 403


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)]
)
def test_without_origin_the_kind_of_page_decides(local: TestClient, site: str, status: int) -> None:
    assert local.post(ECHO, json={}, headers={"sec-fetch-site": site}).status_code == status
    assert local.get(ECHO, headers={"sec-fetch-site": site}).status_code == 200, "a link from elsewhere may be followed"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/plain; charset=utf-8", None])
def test_a_form_of_a_foreign_page_changes_nothing(local: TestClient, kind: str | None) -> None:
    """Even if its browser told nothing of where it comes from."""
    headers = {} if kind is None else {"content-type": kind}
    answer = local.post(ECHO, content=b'{"a": 1}', headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "peer", ["192.168.1.5", "10.0.0.1", "::ffff:192.168.1.5", "2001:db8::1", "fe80::1%eth0", "", "x"]
)
def test_without_accounts_other_machines_are_refused(tmp_path: Path, peer: str) -> None:
    client = small_studio(tmp_path, accounts=False, host="0.0.0.0").client(peer=(peer, 5))
    spoofed = {"x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1", "forwarded": "for=127.0.0.1"}
    assert client.get(ECHO, headers=spoofed).status_code == 403


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_without_accounts_this_machine_is_let_in(tmp_path: Path, peer: str) -> None:
    assert small_studio(tmp_path, accounts=False).client(peer=(peer, 5)).get(ECHO).status_code == 200


def test_a_proxys_headers_change_nothing(local: TestClient) -> None:
    spoofed = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-forwarded-for": "8.8.8.8"}
    assert local.get(ECHO, headers=spoofed).status_code == 200
    spoofed = {"host": "evil.example", "x-forwarded-host": "localhost", "forwarded": "host=localhost"}
    assert local.get(ECHO, headers=spoofed).status_code == 400


def test_with_accounts_only_the_open_doors_need_no_proof(studio: SmallStudio) -> None:
    client = studio.client()
    assert client.get("/healthz").status_code == 200
    for method, path in (
        ("GET", ECHO),
        ("POST", ECHO),
        ("POST", "/healthz"),
        ("GET", "/api/v1/auth/login"),
        ("POST", "/api/v1/auth/login/"),
        ("POST", "/api/v1/auth/logout"),
        ("POST", "//api/v1/auth/login"),
        ("GET", "/api/v1/assets/x"),
        ("GET", "/nowhere"),
        ("GET", "/v1/videos"),
        ("OPTIONS", ECHO),
    ):
        answer = client.request(method, path)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"
    assert client.get("/").status_code == client.get("/assets/app.js").status_code == 404, (
        "let through to where they will be"
    )


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", "Basic YTpi", "bearer x", "Bearer a b", "Bearer \u00e9", "Bearer ax_", "x" * 10_000],
)
def test_what_is_no_proof_lets_nobody_in(studio: SmallStudio, given: str) -> None:
    answer = studio.client().get(ECHO, headers=[(b"authorization", given.encode("latin-1"))])
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed_in")


def test_two_proofs_are_none(studio: SmallStudio) -> None:
    token = f"Bearer {studio.user('anna').access_token}"
    assert studio.client().get(ECHO, headers=[("authorization", token), ("authorization", token)]).status_code == 401


def test_a_token_in_the_address_is_not_looked_at(studio: SmallStudio) -> None:
    token = studio.user("anna").access_token
    ticket = studio.accounts.ticket(token)
    for query in (f"?ticket={ticket}", f"?token={token}", f"?access_token={token}"):
        assert studio.client().get(f"{ECHO}{query}").status_code == 401


def test_the_door_learns_who_asks(studio: SmallStudio) -> None:
    anna = studio.client_of("anna")
    assert anna.get(ECHO).json()["caller"] == anna.get("/api/v1/auth/me").json()["id"]


def test_a_socket_is_let_in_by_header_subprotocol_or_ticket(studio: SmallStudio) -> None:
    token = studio.user("anna").access_token
    client = studio.client()
    with client.websocket_connect(EVENTS, headers={"authorization": f"Bearer {token}"}) as events:
        assert len(events.receive_json()["caller"]) == 32
    with client.websocket_connect(EVENTS, subprotocols=["artifex", f"bearer.{token}"]) as events:
        assert events.accepted_subprotocol == "artifex"
        assert events.receive_json()["offered"] == ["artifex"], "the token goes no further"
    ticket = studio.accounts.ticket(token)
    with client.websocket_connect(f"{EVENTS}?after=5&ticket={ticket}&x=%C3%A9") as events:
        assert events.receive_json()["query"] == "after=5&x=%C3%A9"


def test_a_socket_without_a_good_proof_is_refused(studio: SmallStudio) -> None:
    tokens = studio.user("anna")
    used = studio.accounts.ticket(tokens.access_token)
    studio.accounts.redeem(used)
    ended = studio.accounts.sign_in("anna", "a long enough one", "::1").access_token
    studio.accounts.sign_out(ended)
    client = studio.client()
    for path, protocols in (
        (EVENTS, []),
        (EVENTS, ["artifex"]),
        (EVENTS, ["artifex", "bearer."]),
        (EVENTS, ["artifex", "bearer.x"]),
        (EVENTS, ["artifex", f"bearer.{ended}"]),
        (EVENTS, ["artifex", f"bearer.{tokens.refresh_token}"]),
        (f"{EVENTS}?ticket=", []),
        (f"{EVENTS}?ticket=%00", []),
        (f"{EVENTS}?ticket={used}", []),
        (f"{EVENTS}?token={tokens.access_token}", []),
    ):
        assert denied(client, path, protocols) == 401, (path, protocols)
    assert denied(client, origin="https://evil.example", authorization=f"Bearer {tokens.access_token}") == 403


def test_requests_of_one_caller_are_counted(tmp_path: Path) -> None:
    studio = small_studio(tmp_path, limits=Limits(requests_a_minute=5, sign_ins_a_minute=100))
    anna, other = studio.client_of("anna"), studio.client_of("other")
    codes = [anna.get(ECHO).status_code for _ in range(7)]
    assert codes == [200] * 5 + [429] * 2
    assert int(anna.get(ECHO).headers["retry-after"]) >= 1
    assert other.get(ECHO).status_code == 200


def test_a_user_may_have_a_measure_of_their_own(tmp_path: Path) -> None:
    studio = small_studio(tmp_path, limits=Limits(requests_a_minute=2, sign_ins_a_minute=100))
    anna = studio.client_of("anna")
    user = studio.accounts.users.find("anna")
    assert user is not None
    studio.accounts.users.change(user.id, limits={"requests_a_minute": 4})
    assert [anna.get(ECHO).status_code for _ in range(5)] == [200] * 4 + [429]


def test_who_proves_nothing_is_counted_by_address(tmp_path: Path) -> None:
    studio = small_studio(tmp_path, limits=Limits(requests_a_minute=3))
    stranger = studio.client(bearer="garbage")
    assert [stranger.get(ECHO).status_code for _ in range(5)] == [401] * 3 + [429] * 2
    assert studio.client(peer=("192.0.2.7", 5), bearer="garbage").get(ECHO).status_code == 401


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    """The port of a real server without accounts."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(small_studio(tmp_path, accounts=False).app, proxy_headers=False, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /api/v1/echo HTTP/1.1\r\nHost: localhost:{port}", 200),
        ("GET /api/v1/echo HTTP/1.1\r\nHost: evil.example", 400),
        ("GET /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", 400),
        ("GET /api/v1/echo HTTP/1.1\r\nX-Forwarded-Host: localhost", 400),
        ("GET /api/v1/echo HTTP/1.0", 400),
        ("GET http://evil.example/api/v1/echo HTTP/1.1\r\nHost: evil.example", 400),
        ("GET http://localhost/api/v1/echo HTTP/1.1\r\nHost: evil.example", 400),
        ("POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nOrigin: null", 403),
        ("POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nOrigin: http://localhost", 200),
    ],
)
def test_a_real_server_keeps_to_this(served: int, head: str, status: int) -> None:
    with socket.create_connection(("127.0.0.1", served), timeout=10) as connection:
        connection.sendall(f"{head.format(port=served)}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert int(answer.split()[1]) == status, answer
