"""The files of the page come packed to whoever can unpack them, and as they are to whoever cannot."""

import gzip
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from artifex.api import web_page

SCRIPT = b"console.log('a film');" * 50


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    assets = tmp_path / "assets"
    assets.mkdir()
    (assets / "index-1.js").write_bytes(SCRIPT)
    (assets / "index-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (assets / "icon.svg").write_bytes(b"<svg/>")
    (tmp_path / "secret.gz").write_bytes(b"secret")
    monkeypatch.setattr(web_page, "PAGE", tmp_path)
    return TestClient(Starlette(routes=[Mount("/assets", web_page.PageFiles())]))


@pytest.mark.parametrize(
    ("accepts", "encoding"), [("br, gzip", "gzip"), ("deflate, gzip;q=0.8", "gzip"), ("identity", None), ("", None)]
)
def test_a_script_comes_as_the_browser_can_read_it(client: TestClient, accepts: str, encoding: str | None) -> None:
    answer = client.get("/assets/index-1.js", headers={"accept-encoding": accepts})
    assert answer.status_code == 200
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "accept-encoding"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.content == SCRIPT


def test_what_was_not_packed_comes_as_it_is(client: TestClient) -> None:
    answer = client.get("/assets/icon.svg", headers={"accept-encoding": "gzip"})
    assert (answer.status_code, answer.content) == (200, b"<svg/>")
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["%2e%2e/secret", "..%2fsecret", "%00", "none.js"])
def test_nothing_outside_the_folder_is_sent(client: TestClient, path: str) -> None:
    assert client.get(f"/assets/{path}", headers={"accept-encoding": "gzip"}).status_code == 404


def test_files_of_a_page_that_was_not_built_are_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_page, "PAGE", tmp_path / "nowhere")
    client = TestClient(Starlette(routes=[Mount("/assets", web_page.PageFiles())]))
    assert client.get("/assets/index-1.js", headers={"accept-encoding": "gzip"}).status_code == 404


def test_a_file_already_known_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/assets/index-1.js", headers={"accept-encoding": "gzip"})
    known = {"accept-encoding": "gzip", "if-none-match": first.headers["etag"]}
    assert client.get("/assets/index-1.js", headers=known).status_code == 304
