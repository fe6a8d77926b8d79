"""Files are fetched from the public internet only, however the URL, the names and the server lie."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from artifex.errors import BadInput, TooLarge
from artifex.store.addresses import is_public, parse_target
from artifex.store.fetch import Fetcher

MOST = 100_000
CONTENT = b"a picture, say" * 100
PUBLIC = "93.184.215.14"


class Pages(BaseHTTPRequestHandler):
    """What a hostile or broken server answers, by path."""

    def do_GET(self) -> None:
        hits: list[str] = self.server.hits  # pyright: ignore[reportAttributeAccessIssue]
        hits.append(self.path)
        page = self.path.partition("?")[0].strip("/").split("/")
        with suppress(OSError):
            getattr(self, f"_{page[0]}")(*page[1:])

    def _good(self) -> None:
        self._answer(200, {"Content-Length": str(len(CONTENT))}, CONTENT)

    def _hop(self, count: str) -> None:
        self._answer(302, {"Location": f"/hop/{int(count) - 1}" if int(count) > 1 else "/good"})

    def _to(self, name: str) -> None:
        self._answer(
            307,
            {
                "Location": {
                    "private": "http://10.0.0.1/secret",
                    "file": "file:///etc/passwd",
                    "ftp": "ftp://public.example/x",
                    "gopher": "gopher://public.example/x",
                    "nowhere": "",
                    "port": "http://public.example:22/",
                }[name]
            },
        )

    def _large(self) -> None:
        self._answer(200, {"Content-Length": str(10**10)}, CONTENT)

    def _endless(self) -> None:
        self._answer(200, {})
        while True:
            self.wfile.write(bytes(4096))

    def _lying(self) -> None:
        self._answer(200, {"Content-Length": "1"}, CONTENT)

    def _short(self) -> None:
        self._answer(200, {"Content-Length": "5000"}, CONTENT[:10])

    def _drip(self) -> None:
        self._answer(200, {})
        for _ in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def _headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100):
            self.wfile.write(b"x-%d: y\r\n" % number)
            self.wfile.flush()
            time.sleep(0.2)

    def _silent(self) -> None:
        time.sleep(3)

    def _zipped(self) -> None:
        self._answer(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b" + bytes(50))

    def _missing(self) -> None:
        self._answer(404, {}, b"no")

    def _answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = True
    server.hits = []  # pyright: ignore[reportAttributeAccessIssue]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def fetcher(server: ThreadingHTTPServer) -> Fetcher:
    """Believes that ``public.example`` is at the local server, whose address it takes for a public one."""
    names = {"public.example": ["127.0.0.1"], "10.0.0.1": ["10.0.0.1"]}
    return Fetcher(
        resolve=lambda host, port: names.get(host, []),
        allowed=frozenset(("127.0.0.1",)),
        ports=frozenset((80, server.server_port)),
        idle_seconds=1.5,
        total_seconds=4.0,
    )


@pytest.fixture
def base(server: ThreadingHTTPServer) -> str:
    return f"http://public.example:{server.server_port}"


def test_a_file_comes_whole(fetcher: Fetcher, base: str, tmp_path: Path) -> None:
    fetcher.fetch(f"{base}/good?name=x", tmp_path / "file", MOST)
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_five_redirects_are_followed_and_no_more(fetcher: Fetcher, base: str, tmp_path: Path) -> None:
    fetcher.fetch(f"{base}/hop/5", tmp_path / "file", MOST)
    assert (tmp_path / "file").read_bytes() == CONTENT
    with pytest.raises(BadInput, match="redirects more than 5"):
        fetcher.fetch(f"{base}/hop/6", tmp_path / "file", MOST)


@pytest.mark.parametrize("to", ["private", "file", "ftp", "gopher", "port"])
def test_a_redirect_is_checked_like_the_first_url(fetcher: Fetcher, base: str, tmp_path: Path, to: str) -> None:
    with pytest.raises(BadInput):
        fetcher.fetch(f"{base}/to/{to}", tmp_path / "file", MOST)
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize("page", ["large", "endless"])
def test_what_is_too_large_is_given_up(fetcher: Fetcher, base: str, tmp_path: Path, page: str) -> None:
    with pytest.raises(TooLarge):
        fetcher.fetch(f"{base}/{page}", tmp_path / "file", MOST)


@pytest.mark.parametrize("page", ["drip", "headers", "silent", "short", "zipped", "missing", "to/nowhere"])
def test_a_server_that_misbehaves_is_given_up(fetcher: Fetcher, base: str, tmp_path: Path, page: str) -> None:
    began = time.monotonic()
    with pytest.raises(BadInput):
        fetcher.fetch(f"{base}/{page}", tmp_path / "file", MOST)
    assert time.monotonic() - began < 6


def test_no_more_is_taken_than_was_announced(fetcher: Fetcher, base: str, tmp_path: Path) -> None:
    with suppress(BadInput):
        fetcher.fetch(f"{base}/lying", tmp_path / "file", MOST)
    assert (tmp_path / "file").stat().st_size <= 1


def test_a_name_that_changes_its_address_is_reached_at_the_checked_one(
    server: ThreadingHTTPServer, tmp_path: Path
) -> None:
    answers = iter([["203.0.113.1"], ["127.0.0.1"]])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    hits: list[str] = server.hits  # pyright: ignore[reportAttributeAccessIssue]
    before = len(hits)
    fetcher = Fetcher(
        rebinding, allowed=frozenset(("203.0.113.1",)), ports=frozenset((server.server_port,)), connect_seconds=0.3
    )
    with pytest.raises(BadInput):
        fetcher.fetch(f"http://rebinding.example:{server.server_port}/good", tmp_path / "file", MOST)
    assert asked == ["rebinding.example"], "one look-up, and the connection goes where that said"
    assert len(hits) == before


def test_one_private_address_among_public_ones_is_enough_to_refuse(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="private"):
        Fetcher(lambda host, port: [PUBLIC, "127.0.0.1"]).fetch("http://mixed.example/", tmp_path / "file", MOST)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "0.0.0.0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "2130706433",
            "0x7f.1",
            "017700000001",
            "127.1",
        ),
        *("169.254.169.254", "[fd00:ec2::254]", "metadata.google.internal", "localhost", "localhost.", "x.localhost"),
        *(
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "[fe80::1]",
            "224.0.0.1",
            "[ff02::1]",
            "255.255.255.255",
        ),
        *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001::1]", "198.18.0.1", "192.0.2.1", "１２７.0.0.1", "①②⑦.0.0.1"),
    ],
)
def test_private_places_are_refused_in_every_spelling(host: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        Fetcher(connect_seconds=0.2).fetch(f"http://{host}/", tmp_path / "file", MOST)
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize(
    "url",
    [
        *("", "http://", "http:///x", "//public.example/x", "public.example/x", "javascript:alert(1)"),
        *(
            "file:///etc/passwd",
            "ftp://public.example/",
            "gopher://public.example/",
            "data:,x",
            "subfile:,,:/etc/passwd",
        ),
        *("http://good@public.example/", "http://user:pass@public.example/", "http://public.example#good"),
        *("http://public.example\\@evil.example/", "http://public.example /x", "http://public.example/\r\nHost: x"),
        *("http://public.example:22/", "http://public.example:6379/", "http://public.example:99999/"),
        *("http://[::1", "http://a..b/", "http://" + "a" * 64 + ".example/", "http://public.example/" + "a" * 3000),
    ],
)
def test_urls_that_are_none_or_mean_two_things_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        Fetcher(lambda host, port: [PUBLIC], connect_seconds=0.2).fetch(url, tmp_path / "file", MOST)


def test_names_are_read_as_the_network_writes_them() -> None:
    target = parse_target("https://BÜCHER.example./a?b=c", frozenset((443,)))
    assert (target.host, target.path, target.authority) == ("xn--bcher-kva.example", "/a?b=c", "xn--bcher-kva.example")
    assert is_public(PUBLIC)
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
