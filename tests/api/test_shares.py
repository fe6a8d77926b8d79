"""Links for people without an account: they show one file and little of its story, until they are over."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from artifex.accounts.accounts import Accounts
from artifex.accounts.shares import MOST_SHARES, Shares
from artifex.api.config import ApiConfig, Limits
from artifex.api.share_links import is_shared, loggable
from artifex.errors import Conflict, NotFound
from artifex.store.assets import Assets, NewAsset
from artifex.store.blobs import Blobs
from artifex.store.database import Database
from artifex.store.tables.library import shares as shares_table
from tests.api.conftest import Studio
from tests.api.test_library import RECIPE
from tests.api.test_links import MEDIA, PASSWORD, PICTURE, signed_in, upload

SHARED = "/api/v1/shared"
REFERENCE = "c" * 64


@pytest.fixture
def studio(open_studio: Callable[..., Studio]) -> Studio:
    return open_studio(ApiConfig(accounts=True))


def share(studio: Studio, asset_id: str, headers: dict[str, str] | None = None, **body: Any) -> dict[str, Any]:
    proof = headers or signed_in(studio, "anna")
    answer = studio.client.post(f"{MEDIA}/{asset_id}/shares", json=body, headers=proof)
    assert answer.status_code == 201, answer.text
    return answer.json()


def made_clip(studio: Studio, owner: str) -> str:
    """The id of a clip that a job here made, from words and somebody's picture."""
    assets = studio.service.assets
    thumbnail = assets.store(b"\xff\xd8\xffthumbnail").sha256
    new = NewAsset(
        owner=owner,
        content=assets.store(PICTURE),
        kind="video",
        media_type="video/mp4",
        name="a clip",
        facts={"width": 64, "seconds": 1.0, "proxy_of": "e" * 32, "job": "d" * 32},
        recipe={**RECIPE.to_data(), "seed": 424242, "references": [{"role": "image", "sha256": REFERENCE}]},
        job_id="d" * 32,
        thumbnail=thumbnail,
    )
    return assets.add(new).id


def test_whoever_has_the_link_sees_the_file(studio: Studio) -> None:
    asset = upload(studio, "anna")
    made = share(studio, asset["id"], days=7)
    assert re.fullmatch("[A-Za-z0-9_-]{43}", made["token"])
    assert made["path"] == f"/#/shared/{made['token']}"
    assert made["expires_at"] - made["created_at"] == pytest.approx(7 * 86_400)
    shown = studio.client.get(f"{SHARED}/{made['token']}").json()
    assert (shown["name"], shown["kind"], shown["prompt"], shown["model"]) == ("x.png", "image", None, None)
    file = studio.client.get(shown["urls"]["file"])
    assert (file.status_code, file.content) == (200, PICTURE)
    assert file.headers["content-disposition"] == 'attachment; filename="shared.png"'
    assert "sandbox" in file.headers["content-security-policy"]
    head = studio.client.head(shown["urls"]["file"])
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(PICTURE)))
    part = studio.client.get(shown["urls"]["file"], headers={"range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, PICTURE[2:6])
    assert studio.client.get(shown["urls"]["file"], headers={"range": "bytes=999999-"}).status_code == 416
    assert studio.client.get(shown["urls"]["thumbnail"]).headers["content-type"] == "image/jpeg"
    assert shown["urls"]["poster"] is None
    assert studio.client.get(f"{SHARED}/{made['token']}/poster").status_code == 404


def test_of_a_clips_story_only_prompt_and_model_are_shown(studio: Studio) -> None:
    signed_in(studio, "anna")
    anna = studio.service.accounts.users.find("anna")
    assert anna is not None
    asset_id = made_clip(studio, anna.id)
    made = share(studio, asset_id)
    answers = [studio.client.get(f"{SHARED}/{made['token']}{part}") for part in ("", "/file", "/thumbnail")]
    shown = answers[0].json()
    assert (shown["prompt"], shown["model"], shown["facts"]) == (
        RECIPE.prompt,
        "starter",
        {"width": 64, "seconds": 1.0},
    )
    assert set(shown) == {"name", "kind", "facts", "prompt", "model", "created_at", "expires_at", "urls"}
    for answer in answers:
        told = answer.text + str(answer.headers)
        for secret in (anna.id, "anna", "424242", REFERENCE, asset_id, made["id"], "d" * 32, "e" * 32):
            assert secret not in told, secret


def test_every_link_that_opens_nothing_is_the_same_404(studio: Studio) -> None:
    headers, accounts = signed_in(studio, "anna"), studio.service.accounts
    tokens = {}
    for name in ("revoked", "expired", "trashed", "deleted"):
        asset = upload(studio, "anna", headers)
        made = share(studio, asset["id"], headers)
        tokens[name] = made["token"]
        match name:
            case "revoked":
                assert studio.client.delete(f"/api/v1/shares/{made['id']}", headers=headers).status_code == 204
                assert studio.client.delete(f"/api/v1/shares/{made['id']}", headers=headers).status_code == 404
            case "expired":
                with studio.service.database.write() as connection:
                    connection.execute(update(shares_table).values(expires_at=1.0))
                assert studio.client.get(f"{MEDIA}/{asset['id']}/shares", headers=headers).json()["items"] == []
            case "trashed":
                body = {"ids": [asset["id"]], "action": "trash"}
                assert studio.client.post(f"{MEDIA}/bulk", json=body, headers=headers).status_code == 200
                refused = studio.client.post(f"{MEDIA}/{asset['id']}/shares", json={}, headers=headers)
                assert refused.status_code == 409
            case _:
                assert studio.client.delete(f"{MEDIA}/{asset['id']}", headers=headers).status_code == 204
    asset = upload(studio, "ben")
    tokens["whoever shared it is disabled"] = share(studio, asset["id"], signed_in(studio, "ben"))["token"]
    accounts.users.change(asset["owner"], disabled=True)
    tokens |= {"unknown": "A" * 43, "short": "x", "long": "A" * 1000, "odd": "%C3%A9", "accented": "é" * 43}
    words = {
        (answer.status_code, answer.text)
        for token in tokens.values()
        for part in ("", "/file", "/poster", "/thumbnail")
        for answer in [studio.client.get(f"{SHARED}/{token}{part}")]
    }
    assert len(words) == 1
    assert words.pop()[0] == 404
    assert studio.client.head(f"{SHARED}/{tokens['revoked']}/file").status_code == 404


def test_a_link_opens_nothing_else(studio: Studio) -> None:
    asset = upload(studio, "anna")
    token = share(studio, asset["id"])["token"]
    for method, path in (
        ("POST", f"{SHARED}/{token}"),
        ("DELETE", f"{SHARED}/{token}"),
        ("HEAD", f"{SHARED}/{token}"),
        ("PUT", f"{SHARED}/{token}/file"),
        ("GET", f"{SHARED}/{token}/files"),
        ("GET", f"{SHARED}/{token}/file/"),
        ("GET", f"{SHARED}/{token}/file/x"),
        ("GET", f"{SHARED}/"),
        ("GET", SHARED),
        ("GET", f"{MEDIA}/{asset['id']}/file?token={token}"),
        ("GET", f"{MEDIA}/{asset['id']}/shares"),
    ):
        assert studio.client.request(method, path).status_code == 401, (method, path)
    assert studio.client.get(MEDIA, headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert studio.client.get(f"{SHARED}/{token}", headers={"authorization": "Basic x"}).status_code == 200


def test_guessing_is_counted_by_address(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(ApiConfig(accounts=True, limits=Limits(requests_a_minute=10)))
    answers = [studio.client.get(f"{SHARED}/{number:043d}").status_code for number in range(20)]
    assert set(answers) == {404, 429}
    assert answers[-1] == 429


def test_links_are_listed_without_their_secret(studio: Studio) -> None:
    asset = upload(studio, "anna")
    made = [share(studio, asset["id"]) for _ in range(2)]
    listed = studio.client.get(f"{MEDIA}/{asset['id']}/shares", headers=signed_in(studio, "anna"))
    assert {item["id"] for item in listed.json()["items"]} == {each["id"] for each in made}
    with studio.service.database.read() as connection:
        rows = str(connection.execute(select(shares_table)).all())
    for each in made:
        assert each["token"] not in listed.text
        assert each["token"] not in rows


@pytest.mark.parametrize("body", [{"days": 0}, {"days": 366}, {"days": "7"}, {"days": 1.5}, {"forever": True}, []])
def test_a_length_that_is_none_is_refused(studio: Studio, body: Any) -> None:
    asset = upload(studio, "anna")
    answer = studio.client.post(f"{MEDIA}/{asset['id']}/shares", json=body, headers=signed_in(studio, "anna"))
    assert answer.status_code == 400


def test_who_only_looks_shares_nothing(studio: Studio) -> None:
    asset = upload(studio, "anna")
    made = share(studio, asset["id"])
    headers = signed_in(studio, "anna")
    studio.service.accounts.users.change(asset["owner"], role="viewer")
    headers = signed_in(studio, "anna")
    assert studio.client.post(f"{MEDIA}/{asset['id']}/shares", json={}, headers=headers).status_code == 403
    assert studio.client.delete(f"/api/v1/shares/{made['id']}", headers=headers).status_code == 403
    assert studio.client.get(f"{SHARED}/{made['token']}").status_code == 200


def test_a_studio_without_accounts_shares_nothing(open_studio: Callable[..., Studio]) -> None:
    client = open_studio().client
    asset = client.post(MEDIA, files={"file": ("x.png", PICTURE)}).json()
    for method, path in (
        ("POST", f"{MEDIA}/{asset['id']}/shares"),
        ("GET", f"{MEDIA}/{asset['id']}/shares"),
        ("DELETE", f"/api/v1/shares/{'0' * 32}"),
    ):
        body = {} if method == "POST" else None
        assert client.request(method, path, json=body).status_code == 409, (method, path)
    assert client.get(f"{SHARED}/{'A' * 43}").status_code == 404


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(database: Database, clock: Clock, tmp_path: Any) -> tuple[Shares, Accounts, str, str, str]:
    """Over either database: shares, accounts, an asset of anna's, and the ids of anna and of root."""
    accounts, assets = Accounts(database, bytes(32), clock), Assets(database, Blobs(tmp_path / "blobs"))
    anna = accounts.users.create("anna", PASSWORD, "member").id
    root = accounts.users.create("root", PASSWORD, "admin").id
    accounts.users.create("rita", PASSWORD, "admin")
    asset = assets.add(NewAsset(owner=anna, content=assets.store(b"x"), kind="image", media_type="image/png"))
    return accounts.shares, accounts, asset.id, anna, root


def test_a_link_expires_and_is_forgotten(kept: Any, clock: Clock) -> None:
    shares, _, asset_id, anna, _ = kept
    _, token = shares.create(asset_id, anna, anna, days=2)
    clock.now += 2 * 86_400 - 1
    assert shares.open(token)[1].id == asset_id
    assert (len(shares.all(asset_id, anna)), shares.prune()) == (1, 0)
    clock.now += 1
    with pytest.raises(NotFound):
        shares.open(token)
    assert (shares.all(asset_id, anna), shares.prune()) == ([], 1)


def test_a_link_shows_nothing_its_maker_may_not_see(kept: Any) -> None:
    shares, accounts, asset_id, anna, root = kept
    _, roots = shares.create(asset_id, None, root, days=1)
    assert shares.open(roots)[1].owner == anna
    accounts.users.change(root, role="member")
    with pytest.raises(NotFound):
        shares.open(roots)
    _, annas = shares.create(asset_id, anna, anna, days=1)
    accounts.users.delete(anna)
    with pytest.raises(NotFound):
        shares.open(annas)


def test_a_link_to_anothers_file_is_not_made_shown_or_revoked(kept: Any) -> None:
    shares, _, asset_id, anna, _ = kept
    share, token = shares.create(asset_id, anna, anna, days=1)
    for refused in (
        lambda: shares.create(asset_id, "bob", "bob", days=1),
        lambda: shares.all(asset_id, "bob"),
        lambda: shares.revoke(share.id, "bob"),
    ):
        with pytest.raises(NotFound):
            refused()
    assert shares.open(token)[0] == share
    shares.revoke(share.id, anna)
    with pytest.raises(NotFound):
        shares.open(token)


def test_a_file_has_so_many_links(kept: Any, clock: Clock) -> None:
    shares, _, asset_id, anna, _ = kept
    for _ in range(MOST_SHARES):
        shares.create(asset_id, anna, anna, days=1)
    with pytest.raises(Conflict, match="revoke one"):
        shares.create(asset_id, anna, anna, days=1)
    clock.now += 86_400
    shares.create(asset_id, anna, anna, days=1)


def test_no_log_keeps_what_opens_a_file() -> None:
    assert loggable(f"{SHARED}/secret/file") == f"{SHARED}/.../file"
    assert loggable(f"{SHARED}/secret") == f"{SHARED}/..."
    assert loggable("/api/v1/media") == "/api/v1/media"
    assert is_shared("GET", f"{SHARED}/x")
    assert not is_shared("GET", f"{SHARED}/x/file\n")
