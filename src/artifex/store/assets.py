"""The library: media with an owner, over content that is kept as long as something uses it."""

import hashlib
import time
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, union, update

from artifex.errors import StorageFailed, TooLarge
from artifex.files import hash_file, told
from artifex.store import changing, listing
from artifex.store.asset_rows import AssetRow, derived, find, owned_by, row_of, select_rows
from artifex.store.blobs import Blobs
from artifex.store.boards import boards_of
from artifex.store.changing import Action
from artifex.store.database import Database, wall_now
from artifex.store.listing import AssetPage, Summary, Wanted
from artifex.store.tables.assets import assets, blob_uses, blobs
from artifex.store.tables.library import board_items, shares
from artifex.units import counted, show_bytes

GRACE_SECONDS = 3600.0
"""How long unused content is kept after it was last stored."""
TRASH_SECONDS = 30 * 86_400.0
"""How long the trash keeps files."""
_ALL = Wanted()


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """Content that is registered in the database and stored; ``size`` in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Quota:
    """What one owner may keep."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAsset:
    """``kind`` is image, video, audio, lora, upscaler, look or preview; ``facts`` and ``recipe`` are JSON."""

    owner: str
    content: StoredBlob
    kind: str
    media_type: str
    name: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    recipe: dict[str, Any] | None = None
    job_id: str | None = None
    thumbnail: str | None = None
    """The sha256 of a small JPEG."""
    poster: str | None = None
    claimed_recipe: dict[str, Any] | None = None
    """The recipe that an uploaded file claims to be made by."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the API shows of an asset beside its row."""

    boards: list[str]
    """Ids of the boards it is on, the oldest first."""
    proxy: str | None
    """The id of its newest proxy."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The assets in the database and their content. ``owner=None`` means anybody's.

    Content is registered in the database before it is stored, and stored before an asset names it: wherever a process
    dies in between, no content is without a row and no asset without its content.
    """

    database: Database
    blobs: Blobs

    def store_file(self, path: Path) -> StoredBlob:
        """Store a file's content. It is swept after an hour (:data:`GRACE_SECONDS`) unless something uses it by then.

        Raises NotWritable for a file that cannot be read, OutOfSpace, StorageFailed, DatabaseUnreachable.
        """
        try:
            content = StoredBlob(hash_file(path), path.stat().st_size)
        except OSError as error:
            raise told(error, path) from error
        self._register(content)
        self.blobs.keep(path, content.sha256)
        return content

    def store(self, data: bytes) -> StoredBlob:
        """Like :meth:`store_file`, for small content in memory."""
        content = StoredBlob(hashlib.sha256(data).hexdigest(), len(data))
        self._register(content)
        self.blobs.put(data)
        return content

    def require_room(self, owner: str, size: int, quota: Quota) -> None:
        """An early check of the quota, before content is stored; :meth:`add` decides. Raises TooLarge."""
        _check(quota, self.usage(owner), size)

    def add(self, new: NewAsset, quota: Quota | None = None) -> AssetRow:
        """Raises TooLarge where the owner would exceed the quota, StorageFailed, DatabaseUnreachable."""
        with self.database.write() as connection:
            if quota is not None:
                _check(quota, _usage(connection, new.owner), new.content.size)
            return insert_asset(connection, new)

    def get(self, asset_id: str, owner: str | None = None) -> AssetRow:
        """Raises NotFound, also for another owner's asset."""
        with self.database.read() as connection:
            return find(connection, asset_id, owner)

    def page(
        self, owner: str | None = None, wanted: Wanted = _ALL, cursor: str | None = None, limit: int = 50
    ) -> AssetPage:
        """One page of the assets. Raises BadInput for an invalid cursor."""
        with self.database.read() as connection:
            return listing.page(connection, owner, wanted, cursor, limit)

    def summary(self, owner: str | None = None) -> Summary:
        """Counts and sizes of the assets."""
        with self.database.read() as connection:
            return listing.summary(connection, owner)

    def around(self, ids: Collection[str], owner: str | None = None) -> dict[str, Around]:
        """Boards and proxies of these assets, by their ids; only proxies that ``owner`` may see."""
        with self.database.read() as connection:
            boards, proxies = boards_of(connection, ids), _proxies_of(connection, ids, owner)
        return {each: Around(boards.get(each, []), proxies.get(each)) for each in ids}

    def edit(
        self, asset_id: str, owner: str | None = None, *, name: str | None = None, favourite: bool | None = None
    ) -> AssetRow:
        """None leaves a field as it is. Raises NotFound."""
        with self.database.write() as connection:
            return changing.edit(connection, asset_id, owner, name, favourite)

    def change(self, ids: Collection[str], action: Action, owner: str | None = None) -> int:
        """Do the same to many assets; returns how many were changed. Files in the trash are in no list but its own, and
        count for the quota until they are deleted. Raises NotFound, with nothing done, if one is missing or another
        owner's."""
        with self.database.write() as connection:
            return changing.change(connection, ids, owner, action)

    def delete(self, asset_id: str, owner: str | None = None) -> AssetRow:
        """Remove an asset from the library; its content is swept once nothing else uses it. Raises NotFound."""
        with self.database.write() as connection:
            row = find(connection, asset_id, owner)
            changing.forget(connection, [row])
        return row

    def empty_trash(self, older_than: float = TRASH_SECONDS) -> int:
        """Delete what has been in the trash for ``older_than`` seconds, in small transactions; returns how many."""
        count = 0
        while True:
            with self.database.write() as connection:
                rows = changing.long_trashed(connection, older_than)
                count += changing.forget(connection, rows)
            if not rows:
                return count

    def usage(self, owner: str) -> tuple[int, int]:
        """The number of the owner's assets, and their bytes."""
        with self.database.read() as connection:
            return _usage(connection, owner)

    def sweep(self, older_than: float = GRACE_SECONDS) -> int:
        """Remove content unused for ``older_than`` seconds, and what dead writers left behind; returns how many.

        ``older_than`` has to be longer than it takes from registering content to using it. Each removal is a write
        transaction of its own: whoever stores the same content meanwhile registers it either before, and it stays, or
        after, and it is found missing and stored anew. Raises StorageFailed, DatabaseUnreachable.
        """
        count = self.blobs.sweep(older_than)
        with self.database.read() as connection:
            unused = connection.execute(select(blobs.c.sha256).where(*_unused(older_than))).scalars().all()
        for sha256 in unused:
            self.blobs.holds(sha256)  # waits for an unreachable storage here, outside the write transaction
            with self.database.write() as connection:
                gone = connection.execute(delete(blobs).where(blobs.c.sha256 == sha256, *_unused(older_than)))
                if gone.rowcount:
                    self.blobs.delete(sha256)
                    count += 1
        return count

    def audit(self) -> list[str]:
        """Inconsistencies, one text each: assets without content or use, content without a row, board entries and share
        links of assets that are gone. Empty when all is well."""
        with self.database.read() as connection:
            wanted = {
                (row.id, sha256)
                for row in map(row_of, connection.execute(select_rows(None)).mappings())
                for sha256 in _uses(row)
            }
            used = {(row.holder, row.sha256) for row in connection.execute(select(blob_uses))}
            registered = set(connection.execute(select(blobs.c.sha256)).scalars())
            named = set(connection.execute(union(select(board_items.c.asset_id), select(shares.c.asset_id))).scalars())
            gone = named - set(connection.execute(select(assets.c.id)).scalars())
        kept = set(self.blobs.all())
        return sorted(
            [f"asset {holder} does not use {sha256}" for holder, sha256 in wanted - used]
            + [f"{sha256} is used and not registered" for sha256 in {sha256 for _, sha256 in used} - registered]
            + [f"{sha256} is used and has no content" for sha256 in {sha256 for _, sha256 in used} - kept]
            + [f"{sha256} has content and is not registered" for sha256 in kept - registered]
            + [f"asset {asset_id} is gone and still named" for asset_id in gone]
        )

    def _register(self, content: StoredBlob) -> None:
        with self.database.write() as connection:
            renewed = connection.execute(update(blobs).where(blobs.c.sha256 == content.sha256).values(since=wall_now()))
            if not renewed.rowcount:
                connection.execute(insert(blobs).values(sha256=content.sha256, size=content.size, since=wall_now()))


def insert_asset(connection: Connection, new: NewAsset) -> AssetRow:
    """Within the caller's transaction. Raises StorageFailed where the content was swept before it was used."""
    row = AssetRow(
        id=uuid.uuid4().hex,
        owner=new.owner,
        sha256=new.content.sha256,
        size=new.content.size,
        kind=new.kind,
        media_type=new.media_type,
        name=new.name,
        facts=dict(new.facts),
        recipe=new.recipe,
        job_id=new.job_id,
        thumbnail=new.thumbnail,
        poster=new.poster,
        created_at=time.time(),
        favourite=False,
        trashed_at=None,
        claimed_recipe=new.claimed_recipe,
    )
    uses = set(_uses(row))
    found = select(func.count()).select_from(blobs).where(blobs.c.sha256.in_(uses))
    if connection.execute(found).scalar_one() != len(uses):
        raise StorageFailed("The file took so long to be kept that it was removed again; send it once more.")
    connection.execute(insert(assets).values(asdict(row) | derived(row)))
    connection.execute(insert(blob_uses), [{"sha256": sha256, "holder": row.id} for sha256 in sorted(uses)])
    return row


def _uses(row: AssetRow) -> Iterator[str]:
    yield from (sha256 for sha256 in (row.sha256, row.thumbnail, row.poster) if sha256 is not None)


def _unused(older_than: float) -> tuple[Any, ...]:
    used = exists().where(blob_uses.c.sha256 == blobs.c.sha256)
    return blobs.c.since < wall_now() - older_than, ~used


def _usage(connection: Connection, owner: str) -> tuple[int, int]:
    query = select(func.count(), func.coalesce(func.sum(assets.c.size), 0)).where(assets.c.owner == owner)
    count, size = connection.execute(query).one()
    return count, int(size)


def _check(quota: Quota, usage: tuple[int, int], size: int) -> None:
    files, taken = usage
    if files >= quota.files:
        raise TooLarge(f"You keep {counted(files, 'file')} already, as many as you may; delete some first.")
    if taken + size > quota.bytes:
        raise TooLarge(f"Your files would take more than {show_bytes(quota.bytes)}, which you may keep; delete some.")


def _proxies_of(connection: Connection, ids: Collection[str], owner: str | None) -> dict[str, str]:
    """The newest proxy of each: in order of time, later ones replace earlier ones."""
    copies = assets.c.proxy_of.is_not(None), assets.c.proxy_of.in_(ids), assets.c.trashed_at.is_(None)
    query = select(assets.c.proxy_of, assets.c.id).where(*copies, *owned_by(owner))
    return {row.proxy_of: row.id for row in connection.execute(query.order_by(assets.c.created_at, assets.c.id))}
