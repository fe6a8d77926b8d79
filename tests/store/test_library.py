"""The library is searched, put in order and thrown away on SQLite and PostgreSQL alike, and never by somebody else."""

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from artifex.errors import BadInput, Conflict, NotFound, TooLarge
from artifex.store.assets import TRASH_SECONDS, AssetRow, Assets, NewAsset, Quota, StoredBlob
from artifex.store.blobs import Blobs
from artifex.store.boards import Boards
from artifex.store.database import Database
from artifex.store.listing import Wanted
from artifex.store.tables.assets import assets as assets_table
from artifex.store.tables.library import board_items

_numbers = count()


@pytest.fixture
def assets(database: Database, tmp_path: Path) -> Assets:
    return Assets(database, Blobs(tmp_path / "blobs"))


@pytest.fixture
def content(assets: Assets) -> StoredBlob:
    return assets.store(b"content")


def recipe(prompt: str, model: str = "starter", task: str = "t2v", **more: Any) -> dict[str, Any]:
    return {"prompt": prompt, "model": {"name": model, "files": {}}, "task": task, **more}


def keep(assets: Assets, content: StoredBlob, **fields: Any) -> AssetRow:
    plain: dict[str, Any] = {
        "owner": "ann",
        "kind": "video",
        "media_type": "video/mp4",
        "name": f"{next(_numbers)}.mp4",
    }
    return assets.add(NewAsset(content=content, **{**plain, **fields}))


def found(assets: Assets, owner: str | None = "ann", **wanted: Any) -> list[str]:
    return [row.id for row in assets.page(owner, Wanted(**wanted)).assets]


@pytest.mark.parametrize(
    ("search", "hits"),
    [
        ("circle", {"english"}), ("CIRCLE red", {"english"}), ("red square", set()), ("cir", {"english"}),
        ("빨간 원", {"korean"}), ("원이", {"korean"}), ("\u1112\u1161\u11ab\u1100\u116e\u11a8", {"korean"}),
        ("КРАСНЫЙ", {"russian"}), ("круг красн", {"russian"}), ("ёлка", {"russian"}), ("ЁЛКА", {"russian"}),
        ("strasse", {"name"}), ("STRASSE.MP4", {"name"}), ("holiday", {"name"}), ("%", {"wildcards"}),
        ("_", {"wildcards"}), ("100%", {"wildcards"}), ("1_0", set()), ("1%0", set()), ("a/b", {"wildcards"}),
        ("a\\b", {"wildcards"}), ("/", {"wildcards"}), ("'", {"wildcards"}), ("wrote", {"written"}),
        ("claims", {"claimed"}), ("   ", None), ("", None),
    ],
)  # fmt: skip
def test_every_word_is_looked_for_in_every_language(
    assets: Assets, content: StoredBlob, search: str, hits: set[str] | None
) -> None:
    made = {
        "english": keep(assets, content, recipe=recipe("A red Circle moves right")),
        "korean": keep(assets, content, recipe=recipe("빨간 원이 움직인다, 한국")),
        "russian": keep(assets, content, recipe=recipe("Красный круг и ёлка")),
        "name": keep(assets, content, name="Straße.mp4 Holiday"),
        "wildcards": keep(assets, content, recipe=recipe("100% of snake_case a/b a\\b it's")),
        "written": keep(assets, content, recipe=recipe("phrased", written_prompt="what I wrote")),
        "claimed": keep(assets, content, claimed_recipe=recipe("as it claims")),
    }
    keep(assets, content, owner="bob", recipe=recipe("A red circle, 빨간 원, красный круг %_"))
    assert found(assets, search=search) == [
        row.id for name, row in reversed(made.items()) if hits is None or name in hits
    ]


def test_a_name_is_found_by_what_it_is_called_now(assets: Assets, content: StoredBlob) -> None:
    row = keep(assets, content, name="before.mp4", recipe=recipe("a circle"))
    after = assets.edit(row.id, "ann", name="after.mp4")
    assert (after.name, after.favourite, after.recipe) == ("after.mp4", False, row.recipe)
    assert found(assets, search="after circle") == [row.id]
    assert found(assets, search="before") == []
    assert assets.edit(row.id, "ann") == after
    assert assets.edit(row.id, "ann", favourite=True).favourite
    for owner in ("bob", ""):
        with pytest.raises(NotFound):
            assets.edit(row.id, owner, name="stolen")
    assert assets.get(row.id).name == "after.mp4"


def test_what_is_wanted_is_listed_and_nothing_else(assets: Assets, content: StoredBlob) -> None:
    made = keep(assets, content, recipe=recipe("a"), job_id="1" * 32)
    other = keep(assets, content, recipe=recipe("b", "wan2.2-i2v", "i2v"), job_id="2" * 32)
    given = keep(assets, content, kind="image", media_type="image/png")
    assets.change([other.id, given.id], "favourite", "ann")
    assert found(assets, model="starter") == [made.id]
    assert found(assets, task="i2v") == [other.id]
    assert found(assets, kind="image") == found(assets, origin="given") == [given.id]
    assert found(assets, origin="made") == [other.id, made.id]
    assert found(assets, favourite=True) == [given.id, other.id]
    assert found(assets, order="oldest") == [made.id, other.id, given.id]
    assert found(assets, owner=None, favourite=True, model="wan2.2-i2v", origin="made") == [other.id]
    assert found(assets, owner="bob") == found(assets, model="nix") == []


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_pages_stay_in_place_while_clips_come(assets: Assets, content: StoredBlob, order: Any) -> None:
    made = [keep(assets, content).id for _ in range(7)]
    wanted, seen, cursor = Wanted(order=order), list[str](), None
    while True:
        page = assets.page("ann", wanted, cursor, 3)
        seen += [row.id for row in page.assets]
        cursor = page.next_cursor
        if cursor is None:
            break
        if len(seen) < 7:
            keep(assets, content)
    assert len(seen) == len(set(seen))
    assert [each for each in seen if each in made] == (made if order == "oldest" else made[::-1])
    with pytest.raises(BadInput):
        assets.page("ann", wanted, "nonsense")


def test_of_many_all_are_changed_or_none(assets: Assets, content: StoredBlob) -> None:
    mine = [keep(assets, content).id for _ in range(3)]
    bobs = keep(assets, content, owner="bob").id
    board = Boards(assets.database).create("ann", "calm")
    for action in ("favourite", "unfavourite", "trash", "restore", "delete"):
        for wrong in (bobs, "0" * 32):
            with pytest.raises(NotFound):
                assets.change([*mine, wrong], action, "ann")
    for act in (Boards(assets.database).add, Boards(assets.database).remove):
        with pytest.raises(NotFound):
            act(board.id, [*mine, bobs], "ann")
    assert [(row.favourite, row.trashed_at) for row in assets.page(None).assets] == [(False, None)] * 4
    assert Boards(assets.database).get(board.id).count == 0
    assert assets.change([*mine, *mine], "favourite", "ann") == 3
    assert assets.change(mine[:2], "unfavourite", "ann") == 2
    assert assets.change(mine, "favourite", "ann") == 2, "one is already"
    assert assets.change(mine, "delete", "ann") == 3
    assert [row.id for row in assets.page(None).assets] == [bobs]
    assert assets.audit() == []


def test_the_trash_keeps_for_thirty_days(assets: Assets, content: StoredBlob) -> None:
    kept, soon, gone = (keep(assets, content).id for _ in range(3))
    board = Boards(assets.database).create("ann", "calm")
    Boards(assets.database).add(board.id, [kept, soon, gone], "ann")
    assert assets.change([kept, soon, gone], "trash", "ann") == 3
    assert assets.change([soon], "trash", "ann") == 0, "since when stays as it was"
    assert found(assets) == []
    assert set(found(assets, trashed=True)) == {kept, soon, gone}
    assert assets.get(gone, "ann").trashed_at is not None
    assert assets.usage("ann") == (3, 21)
    with pytest.raises(TooLarge):
        assets.add(NewAsset(owner="ann", content=content, kind="video", media_type="video/mp4"), Quota(3, 10**9))
    assert assets.change([kept], "restore", "ann") == 1
    _age(assets, soon, TRASH_SECONDS - 60)
    _age(assets, gone, TRASH_SECONDS + 60)
    _age(assets, kept, None)
    assert assets.empty_trash() == 1
    with pytest.raises(NotFound):
        assets.get(gone)
    assert (found(assets), found(assets, trashed=True)) == ([kept], [soon])
    assert Boards(assets.database).get(board.id).count == 1
    with assets.database.read() as connection:
        assert set(connection.execute(select(board_items.c.asset_id)).scalars()) == {kept, soon}
    assert assets.audit() == []
    assert assets.sweep(older_than=-1) == 0, "the same content is used by others"
    assert assets.change([kept, soon], "delete", "ann") == 2
    assert assets.sweep(older_than=-1) == 1
    assert assets.audit() == []


def _age(assets: Assets, asset_id: str, seconds: float | None) -> None:
    since = None if seconds is None else assets_table.c.trashed_at - seconds
    with assets.database.write() as connection:
        connection.execute(update(assets_table).where(assets_table.c.id == asset_id).values(trashed_at=since))


def test_more_than_one_transaction_of_trash_is_emptied(
    assets: Assets, content: StoredBlob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("artifex.store.changing._AT_ONCE", 2)
    ids = [keep(assets, content).id for _ in range(5)]
    assets.change(ids, "trash", "ann")
    assert assets.empty_trash() == 0
    assert assets.empty_trash(older_than=-1) == 5
    assert found(assets, owner=None, trashed=True) == []


def test_a_summary_counts_what_there_is(assets: Assets, content: StoredBlob) -> None:
    rows = [
        keep(assets, content, recipe=recipe("a")),
        keep(assets, content, recipe=recipe("b", "wan")),
        keep(assets, content, kind="image", media_type="image/png"),
        keep(assets, content, recipe=recipe("c", "old")),
    ]
    keep(assets, content, owner="bob", recipe=recipe("d", "bobs"))
    assets.change([rows[0].id, rows[3].id], "favourite", "ann")
    assets.change([rows[3].id], "trash", "ann")
    told = assets.summary("ann")
    assert (told.count, told.bytes, told.by_kind) == (3, 21, {"image": 1, "video": 2})
    assert (told.favourites, told.models, told.trashed, told.trashed_bytes) == (1, ["starter", "wan"], 1, 7)
    assert assets.summary().count == 4
    assert assets.summary("nobody").count == 0


def test_boards_gather_what_their_owner_has(assets: Assets, content: StoredBlob) -> None:
    boards = Boards(assets.database)
    thumbnail = assets.store(b"jpeg").sha256
    first, second = keep(assets, content, thumbnail=thumbnail), keep(assets, content)
    calm, wild = boards.create("ann", "calm"), boards.create("ann", "Wild")
    assert boards.create("bob", "calm").owner == "bob"
    for name, act in (("calm", boards.create), ("Wild", boards.create)):
        with pytest.raises(Conflict, match="already"):
            act("ann", name)
    with pytest.raises(Conflict):
        boards.rename(wild.id, "ann", "calm")
    assert boards.rename(calm.id, "ann", "calm").name == "calm"
    assert boards.add(calm.id, [first.id], "ann") == 1
    assert boards.add(calm.id, [first.id, second.id, second.id], "ann") == 1
    assert boards.add(wild.id, [first.id], "ann") == 1
    assert (boards.get(calm.id).count, boards.get(calm.id).cover) == (2, first.id)
    assert found(assets, board=calm.id) == [second.id, first.id]
    assert assets.around([first.id, second.id])[first.id].boards == [calm.id, wild.id]
    assets.change([first.id], "trash", "ann")
    assert (boards.get(calm.id).count, boards.get(calm.id).cover) == (1, None)
    assert {(row.name, row.count) for row in boards.all("ann")} == {("calm", 1), ("Wild", 0)}
    for owner in ("bob", ""):
        for refused in (
            lambda owner=owner: boards.get(calm.id, owner),
            lambda owner=owner: boards.rename(calm.id, owner, "stolen"),
            lambda owner=owner: boards.delete(calm.id, owner),
            lambda owner=owner: boards.add(calm.id, [second.id], owner),
            lambda owner=owner: boards.remove(calm.id, [second.id], owner),
        ):
            with pytest.raises(NotFound):
                refused()
    with pytest.raises(Conflict, match="own owner"):
        boards.add(calm.id, [keep(assets, content, owner="bob").id])
    assert boards.remove(calm.id, [first.id, second.id], "ann") == 2
    boards.delete(wild.id, "ann")
    assert assets.around([first.id])[first.id].boards == []
    assert assets.get(first.id).id == first.id


def test_the_newest_small_copy_is_told_of(assets: Assets, content: StoredBlob) -> None:
    clip = keep(assets, content)
    copies = [keep(assets, content, kind="preview", facts={"proxy_of": clip.id}).id for _ in range(3)]
    keep(assets, content, owner="root", kind="preview", facts={"proxy_of": clip.id})
    assert assets.around([clip.id], "ann")[clip.id].proxy == copies[2]
    assets.change([copies[2]], "trash", "ann")
    assets.delete(copies[1])
    assert assets.around([clip.id], "ann")[clip.id].proxy == copies[0]
    assert assets.around([copies[0]])[copies[0]].proxy is None
