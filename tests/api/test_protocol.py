"""Requests that are no proper HTTP, sent over bare sockets to the real server: refused, in JSON, with nothing left."""

import gzip
import json
import socket
import time

import psutil
import pytest

from tests.api.conftest import Server

_HOST = b"host: 127.0.0.1\r\n"
_JSON = b"content-type: application/json\r\n"
_POST = b"POST /api/v1/jobs HTTP/1.1\r\n" + _HOST
_NO_HANG = 10.0
"""Seconds within which anything is refused, on a machine that does much else."""


def talk(server: Server, *pieces: bytes, pause: float = 0.0, wait: float = 10.0) -> tuple[int, bytes]:
    """Send pieces and read the answer; status 0 where the connection was closed without one."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=wait) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before everything was sent
        received = b""
        try:
            while b"\r\n\r\n" not in received or not _is_whole(received):
                piece = connection.recv(65536)
                if not piece:
                    break
                received += piece
        except ConnectionResetError:
            pass
    head, _, body = received.partition(b"\r\n\r\n")
    return (int(head.split()[1]) if head else 0), body


def _is_whole(received: bytes) -> bool:
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return bool(lengths) and len(body) >= lengths[0]


def post(body: bytes, *headers: bytes) -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return _POST + lines + b"content-length: %d\r\n\r\n" % len(body) + body


BODIES = {
    "B19 deep": b'{"kind":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "B19 deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "B20 key twice": b'{"kind":"generate","prompt":"a","prompt":"b"}',
    "B20 key twice inside": b'{"kind":"generate","prompt":"a","references":{"image":null,"image":null}}',
    "B21 BOM": b'\xef\xbb\xbf{"kind":"generate","prompt":"a"}',
    "B21 UTF-16": '{"kind":"generate","prompt":"a"}'.encode("utf-16"),
    "B21 invalid": b'{"kind":"generate","prompt":"\xff\xfe"}',
    "B21 overlong": b'{"kind":"generate","prompt":"\xc0\xaf"}',
    "B22 long number": b'{"kind":"generate","prompt":"a","seed":' + b"9" * 100_000 + b"}",
    "B22 huge exponent": b'{"kind":"generate","prompt":"a","shift":1e999}',
    "NaN": b'{"kind":"generate","prompt":"a","shift":NaN}',
    "half": b'{"kind":"generate","prompt":"a"',
    "two": b'{"kind":"generate","prompt":"a"}{}',
    "array": b"[]",
    "text": b'"generate"',
    "null": b"null",
    "empty": b"",
    "large": b'{"kind":"generate","prompt":"' + b"a" * 2**20 + b'"}',
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_proper_json_is_refused(real_server: Server, name: str):
    began = time.monotonic()
    status, answer = talk(real_server, post(BODIES[name], _JSON.strip()))
    assert status in (400, 413), answer
    assert json.loads(answer)["error"]["code"] in ("bad_input", "too_large")
    assert time.monotonic() - began < _NO_HANG


FORM = b"content-type: multipart/form-data; boundary=x"
MEDIA = b"POST /api/v1/media HTTP/1.1\r\n" + _HOST


def form(*parts: bytes, content_type: bytes = FORM, end: bytes = b"--x--\r\n") -> bytes:
    body = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + end
    return MEDIA + content_type + b"\r\ncontent-length: %d\r\n\r\n" % len(body) + body


def field(name: bytes, value: bytes) -> bytes:
    return b'content-disposition: form-data; name="' + name + b'"\r\n\r\n' + value


_FILE = b'content-disposition: form-data; name="file"; filename="a.png"\r\n\r\nnot a picture'
REQUESTS = {
    "B24 length and chunks": _POST + _JSON + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "B24 two lengths": _POST + _JSON + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{} ",
    "B23 negative length": _POST + _JSON + b"content-length: -1\r\n\r\n{}",
    "B25 no boundary": form(_FILE, content_type=b"content-type: multipart/form-data"),
    "B25 long boundary": form(_FILE, content_type=b"content-type: multipart/form-data; boundary=" + b"x" * 10_240),
    "B26 many fields": form(*[field(b"f%d" % number, b"1") for number in range(20_000)]),
    "B27 many headers": form(b"x-a: 1\r\n" * 100_000 + _FILE),
    "B27 long header": form(b"x-a: " + b"1" * 2**20 + b"\r\n" + _FILE),
    "B30 name twice": form(_FILE, _FILE),
    "B31 compressed": post(gzip.compress(b" " * 10**7), _JSON.strip(), b"content-encoding: gzip"),
    "B33 long header": b"GET /healthz HTTP/1.1\r\n" + _HOST + b"x-a: " + b"a" * 2**16 + b"\r\n\r\n",
    "B33 many parameters": b"GET /api/v1/jobs?" + b"&".join([b"a=1"] * 10_000) + b" HTTP/1.1\r\n" + _HOST + b"\r\n",
    "B33 long address": b"GET /api/v1/jobs?a=" + b"1" * 20_000 + b" HTTP/1.1\r\n" + _HOST + b"\r\n",
    "B34 trace": b"TRACE /api/v1/jobs HTTP/1.1\r\n" + _HOST + b"\r\n",
    "B34 connect": b"CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n",
    "B34 override": post(b"{}", _JSON.strip(), b"x-http-method-override: DELETE"),
    "B35 host": b"GET /api/v1/jobs HTTP/1.1\r\nhost: evil.example\r\n\r\n",
    "B35 no host": b"GET /api/v1/jobs HTTP/1.1\r\n\r\n",
    "B35 forwarded host": b"GET /api/v1/jobs HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: 127.0.0.1\r\n\r\n",
    "B99 form": post(b"kind=generate", b"content-type: application/x-www-form-urlencoded"),
    "B99 plain text": post(b'{"kind":"generate","prompt":"a"}', b"content-type: text/plain"),
    "B99 null origin": post(b"{}", _JSON.strip(), b"origin: null"),
    "NUL in the path": b"GET /api/v1/jobs/%00 HTTP/1.1\r\n" + _HOST + b"\r\n",
    "NUL in the query": b"GET /api/v1/jobs?cursor=%00 HTTP/1.1\r\n" + _HOST + b"\r\n",
    "charset": post(b"{}", b"content-type: application/json; charset=utf-16"),
}
_BARE = ("B24", "B23", "B33 long header", "B34 connect")
"""Refused by the HTTP parser itself, which speaks plain text, or by closing the connection."""


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_that_makes_no_sense_is_refused(real_server: Server, name: str):
    began = time.monotonic()
    status, answer = talk(real_server, REQUESTS[name])
    assert 400 <= status < 500 or (status == 0 and name.startswith(_BARE)), (status, answer)
    if not name.startswith(_BARE):
        assert json.loads(answer)["error"]["code"]
    assert time.monotonic() - began < _NO_HANG


def test_a_body_shorter_than_it_says_makes_no_job(real_server: Server):
    head = _POST + _JSON + b"content-length: 100\r\n\r\n"
    with socket.create_connection(("127.0.0.1", real_server.port)) as connection:
        connection.sendall(head + b'{"kind":')
    assert real_server.client().get("/api/v1/jobs").json()["items"] == []


def test_what_comes_after_a_body_is_no_second_one(real_server: Server):
    status, _ = talk(real_server, _POST + _JSON + b"content-length: 2\r\n\r\n{}" + b'{"kind":"generate"}')
    assert status == 400


@pytest.mark.parametrize("field_bytes", [9 * 2**20])
def test_a_field_that_is_too_large_is_refused_at_little_cost(real_server: Server, field_bytes: int):
    process = psutil.Process(real_server.process.pid)
    before = process.memory_info().rss
    status, answer = talk(real_server, form(field(b"name", b"a" * field_bytes)))
    assert status in (400, 413), answer
    assert process.memory_info().rss - before < 200 * 2**20


@pytest.mark.parametrize("where", ["before", "after"])
def test_ten_megabytes_around_a_form_cost_little(real_server: Server, where: str):
    junk = b"j" * 10 * 2**20
    body = b"--x\r\n" + _FILE + b"\r\n--x--\r\n"
    body = junk + b"\r\n" + body if where == "before" else body + junk
    began = time.monotonic()
    status, _ = talk(real_server, MEDIA + FORM + b"\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    assert 400 <= status < 500
    assert time.monotonic() - began < _NO_HANG


def test_a_declared_length_beyond_the_limit_is_refused_before_the_body_comes(real_server: Server):
    began = time.monotonic()
    status, answer = talk(real_server, _POST + _JSON + b"content-length: 999999999999\r\n\r\n")
    assert (status, json.loads(answer)["error"]["code"]) == (413, "too_large")
    assert time.monotonic() - began < _NO_HANG


def test_many_ranges_are_not_served(real_server: Server):
    ranges = b"range: bytes=" + b",".join(b"%d-%d" % (n, n) for n in range(2000)) + b"\r\n"
    status, _ = talk(real_server, b"GET /api/v1/openapi.json HTTP/1.1\r\n" + _HOST + ranges + b"\r\n")
    assert status in (200, 400, 416, 431)


def test_every_answer_has_a_number_that_the_client_may_choose(real_server: Server):
    client = real_server.client()
    assert client.get("/healthz", headers={"x-request-id": "mine-1"}).headers["x-request-id"] == "mine-1"
    assert len(client.get("/nothing", headers={"x-request-id": "a b\tc"}).headers["x-request-id"]) == 32


def test_the_server_never_failed(real_server: Server):
    log = real_server.log.read_text()
    assert "Traceback" not in log
    assert real_server.client().get("/healthz").status_code == 200
