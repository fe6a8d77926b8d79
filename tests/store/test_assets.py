"""The library keeps content as long as somebody uses it, and never names content that is not there."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from artifex.errors import BadInput, NotFound, StorageFailed, TooLarge
from artifex.store.assets import GRACE_SECONDS, AssetRow, Assets, NewAsset, Quota
from artifex.store.blobs import Blobs
from artifex.store.database import Database
from artifex.store.listing import Wanted
from artifex.store.tables.assets import blobs as blobs_table

KILLED = """
import os, sys, pathlib
from artifex.store.assets import Assets, NewAsset
from artifex.store.blobs import Blobs
from artifex.store.database import open_database
import artifex.store.assets as module
home, point, url = pathlib.Path(sys.argv[1]), *sys.argv[2:]
assets = Assets(open_database(url), Blobs(home / "blobs"))
(home / "file").write_bytes(b"content")
if point == "before content":
    Blobs.keep = lambda *_: os._exit(9)
content = assets.store_file(home / "file")
if point == "before asset":
    os._exit(9)
if point == "before commit":
    module.insert_asset = lambda *_: os._exit(9)
assets.add(NewAsset(owner="ann", content=content, kind="image", media_type="image/png"))
os._exit(9)
"""


@pytest.fixture
def assets(database: Database, tmp_path: Path) -> Assets:
    return Assets(database, Blobs(tmp_path / "blobs"))


def keep(assets: Assets, tmp_path: Path, content: bytes, owner: str = "ann", **more: object) -> AssetRow:
    path = tmp_path / f"given-{content.hex()[:20]}"
    path.write_bytes(content)
    new = NewAsset(owner=owner, content=assets.store_file(path), kind="image", media_type="image/png")
    return assets.add(new, **more)  # pyright: ignore[reportArgumentType]


def test_an_asset_comes_back_to_its_owner_alone(assets: Assets, tmp_path: Path) -> None:
    row = keep(assets, tmp_path, b"one")
    assert assets.get(row.id, "ann") == row
    assert assets.get(row.id) == row
    for owner in ("bob", ""):
        with pytest.raises(NotFound):
            assets.get(row.id, owner)
        with pytest.raises(NotFound):
            assets.delete(row.id, owner)
    assert assets.usage("ann") == (1, 3)
    assert assets.blobs.path(row.sha256).read_bytes() == b"one"
    assert assets.audit() == []


def test_pages_show_everything_once_and_the_newest_first(assets: Assets, tmp_path: Path) -> None:
    made = [keep(assets, tmp_path, bytes((number,))) for number in range(7)]
    keep(assets, tmp_path, b"other's", owner="bob")
    seen: list[str] = []
    cursor = None
    while True:
        page = assets.page("ann", cursor=cursor, limit=3)
        seen += [row.id for row in page.assets]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [row.id for row in sorted(made, key=lambda row: (row.created_at, row.id), reverse=True)]
    assert assets.page("ann", Wanted(kind="video")).assets == []
    for cursor in ("", "nonsense", "1.5"):
        with pytest.raises(BadInput):
            assets.page("ann", cursor=cursor)


def test_content_goes_when_its_last_user_has_gone(assets: Assets, tmp_path: Path) -> None:
    one, other = keep(assets, tmp_path, b"same"), keep(assets, tmp_path, b"same", owner="bob")
    assets.delete(one.id, "ann")
    assert assets.sweep(older_than=-1) == 0
    assets.delete(other.id, "bob")
    assert assets.sweep() == 0, "within the hour a download may still be running"
    assert assets.sweep(older_than=-1) == 1
    assert list(assets.blobs.all()) == []
    assert assets.audit() == []


def test_content_given_again_while_it_is_swept_is_kept(assets: Assets, database: Database, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"again and again")

    def give(_: int) -> AssetRow:
        content = assets.store_file(path)
        row = assets.add(NewAsset(owner="ann", content=content, kind="image", media_type="image/png"))
        assert assets.blobs.holds(row.sha256)
        return row

    with ThreadPoolExecutor(4) as pool:
        for _ in range(10):
            with database.write() as connection:
                connection.execute(update(blobs_table).values(since=blobs_table.c.since - 2 * GRACE_SECONDS))
            sweeping = pool.submit(assets.sweep)
            rows = list(pool.map(give, range(3)))
            sweeping.result()
            assert assets.audit() == []
            for row in rows:
                assets.delete(row.id)


@dataclass
class AwayObjects:
    """Storage that lets everybody wait, and then does nothing."""

    def __getattr__(self, _name: str) -> Callable[..., None]:
        def wait(*_asked: object) -> None:
            time.sleep(2)
            raise StorageFailed("The storage fails again and again; try again later.")

        return wait


def test_nobody_waits_for_a_storage_that_is_away_while_it_is_swept(assets: Assets, tmp_path: Path) -> None:
    assets.delete(keep(assets, tmp_path, b"one").id)
    away: Any = AwayObjects()
    away.sweep = lambda _older_than: 0
    sweeping = Assets(assets.database, Blobs(assets.blobs.folder, away))
    with ThreadPoolExecutor(1) as pool:
        swept = pool.submit(sweeping.sweep, -1)
        time.sleep(0.5)
        began = time.monotonic()
        keep(assets, tmp_path, b"other")
        assert time.monotonic() - began < 1
        assert isinstance(swept.exception(), StorageFailed)
    assert assets.audit() == []


def test_an_asset_of_swept_content_is_refused(assets: Assets, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"late")
    content = assets.store_file(path)
    assets.sweep(older_than=-1)
    with pytest.raises(StorageFailed, match="send it once more"):
        assets.add(NewAsset(owner="ann", content=content, kind="image", media_type="image/png"))
    assert assets.page("ann").assets == []


@pytest.mark.parametrize("quota", [Quota(files=10, bytes=2**30), Quota(files=100, bytes=70)])
def test_fifty_at_once_do_not_get_past_the_quota(assets: Assets, tmp_path: Path, quota: Quota) -> None:
    def give(number: int) -> bool:
        try:
            keep(assets, tmp_path, b"%07d" % number, quota=quota)
        except TooLarge:
            return False
        return True

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(give, range(50))) == 10
    assert assets.usage("ann") == (10, 70)
    assert assets.audit() == []


@pytest.mark.parametrize("point", ["before content", "before asset", "before commit", "after all"])
def test_a_death_leaves_neither_content_without_row_nor_asset_without_content(
    assets: Assets, database: Database, tmp_path: Path, point: str
) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    url = database.engine.url.set(drivername=database.engine.dialect.name).render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED, str(tmp_path), point, url]
    died = subprocess.run(command, env=environment, check=False)
    assert died.returncode == 9
    assert assets.audit() == []
    assert assets.sweep(older_than=-1) == (0 if point == "after all" else 1)
    with database.read() as connection:
        rows = connection.execute(select(blobs_table)).all()
    assert len(rows) == len(list(assets.blobs.all())) == len(assets.page("ann").assets) == (point == "after all")
