"""Signed addresses of files: for players and pictures of a page, which send no token (B90)."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from artifex.accounts.links import LINK_SECONDS, Links
from artifex.api.config import ApiConfig
from artifex.errors import NotSignedIn
from tests.api.conftest import Studio
from tests.fakes import hostile

MEDIA = "/api/v1/media"
PICTURE = hostile.picture("PNG", (64, 64))
PASSWORD = "a long enough one"


@pytest.fixture
def studio(open_studio: Callable[..., Studio]) -> Studio:
    return open_studio(ApiConfig(accounts=True))


def signed_in(studio: Studio, name: str) -> dict[str, str]:
    accounts = studio.service.accounts
    if accounts.users.find(name) is None:
        accounts.users.create(name, PASSWORD, "member")
    return {"authorization": f"Bearer {accounts.sign_in(name, PASSWORD, '127.0.0.1').access_token}"}


def upload(studio: Studio, name: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    proof = headers or signed_in(studio, name)
    answer = studio.client.post(MEDIA, files={"file": ("x.png", PICTURE)}, headers=proof)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_page_shows_a_file_without_a_token(studio: Studio) -> None:
    asset = upload(studio, "anna")
    link = asset["urls"]["file"]
    answer = studio.client.get(link)
    assert answer.content == PICTURE, answer.text
    assert studio.client.head(link).headers["content-length"] == str(len(PICTURE))
    assert studio.client.get(link, headers={"range": "bytes=2-5"}).content == PICTURE[2:6]
    assert studio.client.get(asset["urls"]["thumbnail"]).headers["content-type"] == "image/jpeg"
    listed = studio.client.get(MEDIA, headers=signed_in(studio, "anna")).json()["items"][0]
    assert studio.client.get(listed["urls"]["file"]).status_code == 200


def test_a_link_opens_nothing_else(studio: Studio) -> None:
    mine, other = upload(studio, "anna"), upload(studio, "ben")
    path, _, query = mine["urls"]["file"].partition("?")
    for method, address in (
        ("GET", path),
        ("GET", f"{path}?signature="),
        ("GET", f"{MEDIA}/{other['id']}/file?{query}"),
        ("GET", f"{MEDIA}/{mine['id']}/thumbnail?{query}"),
        ("GET", f"{MEDIA}/{mine['id']}?{query}"),
        ("GET", f"{MEDIA}?{query}"),
        ("GET", f"/api/v1/jobs?{query}"),
        ("DELETE", f"{MEDIA}/{mine['id']}?{query}"),
        ("POST", f"{path}?{query}"),
    ):
        assert studio.client.request(method, address).status_code == 401, (method, address)


def test_a_forged_link_opens_nothing(studio: Studio) -> None:
    asset, ben = upload(studio, "anna"), upload(studio, "ben")["owner"]
    path, _, query = asset["urls"]["file"].partition("?")
    expires, user, signature = (part.partition("=")[2] for part in query.split("&"))
    last = "0" if signature[-1] != "0" else "1"
    for forged in (
        f"expires={int(expires) + 1}&user={user}&signature={signature}",
        f"expires={expires}&user={ben}&signature={signature}",
        f"expires={expires}&user={user}&signature={signature[:-1]}{last}",
        f"expires={expires}&user={user}&signature={signature.upper()}",
        f"user={user}&expires={expires}&signature={signature}",
        f"expires={expires}&user={user}&signature={signature}&x=1",
        f"expires={expires}&expires={expires}&user={user}&signature={signature}",
        f"expires=&user={user}&signature={signature}",
        f"expires=%39&user={user}&signature={signature}",
        f"expires={expires}&user={user}&signature=%C3%A9",
    ):
        answer = studio.client.get(f"{path}?{forged}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed_in"), forged


def test_a_link_dies_with_the_file_and_with_the_account(studio: Studio) -> None:
    gone, kept = upload(studio, "anna"), upload(studio, "ben")
    client = studio.client
    assert client.delete(f"{MEDIA}/{gone['id']}", headers=signed_in(studio, "anna")).status_code == 204
    assert client.get(gone["urls"]["file"]).status_code == 404
    studio.service.accounts.users.change(kept["owner"], disabled=True)
    assert client.get(kept["urls"]["file"]).status_code == 401


def test_a_link_of_somebody_who_may_not_see_the_file_is_a_404(studio: Studio) -> None:
    asset, ben = upload(studio, "anna"), upload(studio, "ben")["owner"]
    path = f"{MEDIA}/{asset['id']}/file"
    assert studio.client.get(studio.service.accounts.links.sign(path, ben)).status_code == 404


def test_without_accounts_addresses_are_plain(open_studio: Callable[..., Studio]) -> None:
    client: TestClient = open_studio().client
    asset = client.post(MEDIA, files={"file": ("x.png", PICTURE)}).json()
    assert asset["urls"]["file"] == f"{MEDIA}/{asset['id']}/file"


def test_a_link_stays_the_same_for_a_while_and_ends_within_the_hour() -> None:
    now = [1_800_000_000.0]
    links = Links(bytes(32), lambda: now[0])
    path, user = "/api/v1/media/x/file", "0" * 32
    first = links.sign(path, user)
    now[0] += 599
    assert links.sign(path, user) == first
    now[0] += 1
    assert links.sign(path, user) != first
    now[0] += LINK_SECONDS - 601
    query = first.partition("?")[2]
    assert links.reader(path, query) == user
    now[0] += 1
    with pytest.raises(NotSignedIn):
        links.reader(path, query)
    with pytest.raises(NotSignedIn):
        Links(bytes(31) + b"x", lambda: 1_800_000_000.0).reader(path, query)
