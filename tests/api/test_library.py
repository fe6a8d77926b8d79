"""The library's doors for putting it in order: what they answer, and what they refuse."""

import io
import json
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from artifex.api.app import _tidy
from artifex.api.config import ApiConfig, Limits
from artifex.jobs.importing import Importer, Sizes
from artifex.recipe import ModelLock, Recipe
from artifex.store.assets import TRASH_SECONDS, Assets, NewAsset, Quota
from artifex.store.blobs import Blobs
from artifex.store.database import Database
from artifex.store.listing import Wanted
from artifex.store.tables.assets import assets as assets_table
from tests.api.conftest import Studio
from tests.api.test_media import MEDIA, PICTURE, lora, upload
from tests.fakes import hostile

BOARDS = "/api/v1/boards"
RECIPE = Recipe(
    model=ModelLock("starter", (("model.safetensors", "a" * 64),)),
    task="t2v",
    prompt="빨간 원 · красный круг",
    negative_prompt="",
    width=64,
    height=48,
    frame_count=12,
    frame_rate=Fraction(12),
    steps=4,
    solver="unipc",
    shift=5.0,
    guidance=(5.0, 5.0),
    seed=7,
)


def bulk(client: TestClient, action: str, *ids: str, **more: Any) -> Any:
    answer = client.post(f"{MEDIA}/bulk", json={"ids": list(ids), "action": action, **more})
    return answer.json()["changed"] if answer.status_code == 200 else answer.status_code


def listed(client: TestClient, **query: Any) -> list[str]:
    answer = client.get(MEDIA, params=query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def test_a_file_is_named_kept_dear_and_thrown_away(studio: Studio) -> None:
    client = studio.client
    asset = upload(client, PICTURE, name="before")
    address = f"{MEDIA}/{asset['id']}"
    told = client.patch(address, json={"favourite": True, "name": " 16/9 \u202eКруг\n "}).json()
    assert (told["favourite"], told["name"], told["boards"], told["trashed_at"]) == (True, "16/9 Круг", [], None)
    assert client.patch(address, json={}).json() == told == client.get(address).json()
    assert listed(client, search="КРУГ", favourite=True) == [asset["id"]]
    assert bulk(client, "trash", asset["id"]) == 1
    assert listed(client) == listed(client, search="круг") == []
    assert listed(client, trashed=True) == [asset["id"]]
    assert abs(client.get(address).json()["trashed_at"] - time.time()) < 60
    assert client.get(asset["urls"]["file"]).content == PICTURE
    summary = client.get(f"{MEDIA}/summary").json()
    assert (summary["count"], summary["bytes"], summary["trashed"], summary["favourites"]) == (0, 0, 1, 0)
    assert bulk(client, "restore", asset["id"]) == 1
    assert client.get(f"{MEDIA}/summary").json()["by_kind"] == {"image": 1}
    assert bulk(client, "delete", asset["id"]) == 1
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"name": 5}, {"favourite": 1}, {"favourite": "true"}, {"name": "a" * 201}, {"recipe": {}}, {"trashed_at": 1},
    ],
)  # fmt: skip
def test_what_may_not_be_edited_is_refused(studio: Studio, body: Any) -> None:
    asset = upload(studio.client, PICTURE)
    assert studio.client.patch(f"{MEDIA}/{asset['id']}", json=body).status_code == 400
    assert studio.client.get(f"{MEDIA}/{asset['id']}").json() == asset


@pytest.mark.parametrize(
    "body",
    [
        {}, {"ids": [], "action": "trash"}, {"ids": ["0" * 32] * 501, "action": "trash"},
        {"ids": ["x"], "action": "trash"}, {"ids": ["0" * 32], "action": "burn"},
        {"ids": ["0" * 32], "action": "add_to_board"}, {"ids": ["0" * 32], "action": "trash", "board": "0" * 32},
        {"ids": ["0" * 32], "action": "trash", "owner": "x"}, {"ids": "0" * 32, "action": "trash"},
    ],
)  # fmt: skip
def test_changes_of_many_that_are_none_are_refused(client: TestClient, body: Any) -> None:
    assert client.post(f"{MEDIA}/bulk", json=body).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        {"search": "a" * 201}, {"kind": "x"}, {"task": "x"}, {"order": "largest"}, {"origin": "x"}, {"board": "x"},
        {"favourite": "x"}, {"limit": 0}, {"model": "a" * 101}, {"sha256": "a" * 63},
    ],
)  # fmt: skip
def test_queries_that_are_none_are_refused(client: TestClient, query: dict[str, Any]) -> None:
    assert client.get(MEDIA, params=query).status_code == 400


def test_a_file_is_found_by_its_content(studio: Studio) -> None:
    asset = upload(studio.client, PICTURE, name="wanted")
    assert listed(studio.client, sha256=asset["sha256"]) == [asset["id"]]
    assert listed(studio.client, sha256="0" * 64) == []


def test_boards_gather_files(studio: Studio) -> None:
    client = studio.client
    first, second = upload(client, PICTURE), upload(client, lora("blocks.0.q.lora_A.weight"))
    board = client.post(BOARDS, json={"name": " Calm "}).json()
    assert (board["name"], board["count"], board["cover"]) == ("Calm", 0, None)
    assert client.post(BOARDS, json={"name": "Calm"}).status_code == 409
    for name in ("", " ", "a" * 101, "a\nb", 5, None):
        assert client.post(BOARDS, json={"name": name}).status_code == 400
    assert bulk(client, "add_to_board", first["id"], second["id"], board=board["id"]) == 2
    assert bulk(client, "add_to_board", first["id"], board="0" * 32) == 404
    told = client.patch(f"{BOARDS}/{board['id']}", json={"name": "Wild"}).json()
    assert (told["name"], told["count"], told["cover"]) == ("Wild", 2, first["urls"]["thumbnail"])
    assert client.get(BOARDS).json() == {"items": [told], "next_cursor": None}
    assert client.patch(f"{BOARDS}/{board['id']}", json={}).json() == told
    assert listed(client, board=board["id"], kind="image") == [first["id"]]
    assert client.get(f"{MEDIA}/{first['id']}").json()["boards"] == [board["id"]]
    assert bulk(client, "remove_from_board", second["id"], board=board["id"]) == 1
    assert client.delete(f"{BOARDS}/{board['id']}").status_code == 204
    assert client.get(MEDIA, params={"board": board["id"]}).status_code == 404
    assert listed(client, order="oldest") == [first["id"], second["id"]]


def test_the_hourly_sweep_empties_the_trash(studio: Studio) -> None:
    kept, gone = upload(studio.client, PICTURE)["id"], upload(studio.client, PICTURE)["id"]
    assert bulk(studio.client, "trash", kept, gone) == 2
    with studio.service.database.write() as connection:
        late = assets_table.c.trashed_at - TRASH_SECONDS - 1
        connection.execute(update(assets_table).where(assets_table.c.id == gone).values(trashed_at=late))
    _tidy(studio.service)
    assert listed(studio.client, trashed=True) == [kept]
    assert studio.client.get(f"{MEDIA}/{gone}").status_code == 404
    assert studio.service.assets.audit() == []


def test_what_is_in_the_trash_counts_for_the_quota(open_studio: Callable[..., Studio]) -> None:
    client = open_studio(ApiConfig(limits=Limits(files=1))).client
    asset = upload(client, PICTURE)
    assert bulk(client, "trash", asset["id"]) == 1
    assert client.post(MEDIA, files={"file": ("p", PICTURE)}).status_code == 413
    assert bulk(client, "delete", asset["id"]) == 1
    upload(client, PICTURE)


def test_a_clip_is_told_of_with_its_small_copy(studio: Studio, tmp_path: Path) -> None:
    clip = upload(studio.client, hostile.video(tmp_path))
    content = studio.service.assets.store(PICTURE)
    new = NewAsset(
        owner="local", content=content, kind="preview", media_type="video/mp4", facts={"proxy_of": clip["id"]}
    )
    copy = studio.service.assets.add(new)
    told = studio.client.get(f"{MEDIA}/{clip['id']}").json()
    assert (clip["urls"]["proxy"], told["urls"]["proxy"]) == (None, f"{MEDIA}/{copy.id}/file")


HOSTILE = {
    "ten megabytes": '{"prompt": "' + "a" * 10 * 2**20 + '"}',
    "no JSON": "{" + "x" * 100,
    "nested deeply": '{"a":' * 100_000,
    "another program's": '{"seed": 1}',
    "no object": "[1]",
    "words": "made with love",
    "a later format": json.dumps({**RECIPE.to_data(), "format": 2}),
    "a field too many": json.dumps({**RECIPE.to_data(), "owner": "root"}),
    "a prompt that is too long": json.dumps({**RECIPE.to_data(), "prompt": "я" * 2**18}),
    "a rate that fills memory": json.dumps({**RECIPE.to_data(), "frame_rate": "1e999999999"}),
    "a number without end": json.dumps({**RECIPE.to_data(), "shift": 10**4000}),
    "a seed without end": json.dumps({**RECIPE.to_data(), "seed": 10**4000}),
    "no number": json.dumps({**RECIPE.to_data(), "shift": float("nan")}),
    "half a character": json.dumps({**RECIPE.to_data(), "model": {"name": "x", "files": {"\ud800": "a" * 64}}}),
    "rungs that are none": json.dumps({**RECIPE.to_data(), "rungs": [["tile"]]}),
}


@pytest.fixture
def importer(database: Database, tmp_path: Path) -> Importer:
    """Over either database."""
    assets = Assets(database, Blobs(tmp_path / "blobs"))
    sizes = Sizes(2**25, 2**25, 2**25, 2**25)
    return Importer(assets, tmp_path / "uploads", sizes, Quota(100, 2**30))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_what_a_clip_claims_is_kept_beside_what_is_known(importer: Importer, tmp_path: Path, suffix: str) -> None:
    content = hostile.video(tmp_path, suffix=suffix, comment=RECIPE.canonical())
    row = importer.take(io.BytesIO(content), "ann", f"clip{suffix}")
    kept = importer.assets.get(row.id, "ann")
    assert (kept.recipe, kept.claimed_recipe) == (None, json.loads(RECIPE.canonical()))
    assert [each.id for each in importer.assets.page("ann", Wanted(search="КРАСНЫЙ 원")).assets] == [row.id]
    assert importer.assets.summary("ann").models == [], "nobody saw it made"


@pytest.mark.parametrize("tag", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_claim_that_is_none_is_passed_over(importer: Importer, tmp_path: Path, tag: str) -> None:
    row = importer.take(io.BytesIO(hostile.video(tmp_path, comment=tag)), "ann", "clip.mp4")
    assert (row.kind, row.claimed_recipe) == ("video", None)
    assert importer.assets.page("ann").assets == [row]


def test_a_picture_claims_nothing(studio: Studio, tmp_path: Path) -> None:
    chunk = b"iTXt", b"Comment\0\0\0\0\0" + RECIPE.canonical().encode()
    assert upload(studio.client, hostile.png(64, 48, chunks=(chunk,)))["claimed_recipe"] is None
