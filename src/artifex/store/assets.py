"""The library: media with an owner, over content that is kept as long as somebody uses it."""

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
"""How long content that nobody uses is kept, counted from when it was last given."""
TRASH_SECONDS = 30 * 86_400.0
"""How long the trash keeps what is put into it."""
_ALL = Wanted()


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """Content that is registered and kept; ``size`` in bytes."""

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
    """What the file says of itself."""


@dataclass(frozen=True, slots=True)
class Around:
    """What else is told of an asset."""

    boards: list[str]
    """Ids of those it is on, the oldest first."""
    proxy: str | None
    """The id of the newest small copy made of it."""


@dataclass(frozen=True, slots=True)
class Assets:
    """Content is registered before it is published, and published before an asset names it.

    So no content is ever without a row and no asset without its content, wherever a process dies in between.
    ``owner=None`` means "anybody's".
    """

    database: Database
    blobs: Blobs

    def store_file(self, path: Path) -> StoredBlob:
        """Keep a file's content; whoever wants it kept for good uses it within the hour.

        Raises NotWritable where it cannot be read, OutOfSpace, StorageFailed, DatabaseUnreachable.
        """
        try:
            content = StoredBlob(hash_file(path), path.stat().st_size)
        except OSError as error:
            raise told(error, path) from error
        self._register(content)
        self.blobs.keep(path, content.sha256)
        return content

    def store(self, data: bytes) -> StoredBlob:
        """As :meth:`store_file`, for a little that is in memory."""
        content = StoredBlob(hashlib.sha256(data).hexdigest(), len(data))
        self._register(content)
        self.blobs.put(data)
        return content

    def require_room(self, owner: str, size: int, quota: Quota) -> None:
        """Said before the work of keeping it; :meth:`add` decides. Raises TooLarge."""
        _check(quota, self.usage(owner), size)

    def add(self, new: NewAsset, quota: Quota | None = None) -> AssetRow:
        """Raises TooLarge where the owner would keep more than the quota, StorageFailed, DatabaseUnreachable."""
        with self.database.write() as connection:
            if quota is not None:
                _check(quota, _usage(connection, new.owner), new.content.size)
            return insert_asset(connection, new)

    def get(self, asset_id: str, owner: str | None = None) -> AssetRow:
        """Raises NotFound, also for another owner's."""
        with self.database.read() as connection:
            return find(connection, asset_id, owner)

    def page(
        self, owner: str | None = None, wanted: Wanted = _ALL, cursor: str | None = None, limit: int = 50
    ) -> AssetPage:
        """Raises BadInput for a cursor that is none of ours."""
        with self.database.read() as connection:
            return listing.page(connection, owner, wanted, cursor, limit)

    def summary(self, owner: str | None = None) -> Summary:
        """How much there is of what."""
        with self.database.read() as connection:
            return listing.summary(connection, owner)

    def around(self, ids: Collection[str], owner: str | None = None) -> dict[str, Around]:
        """Boards and small copies of these assets, by their ids; of the latter those that ``owner`` may see."""
        with self.database.read() as connection:
            boards, proxies = boards_of(connection, ids), _proxies_of(connection, ids, owner)
        return {each: Around(boards.get(each, []), proxies.get(each)) for each in ids}

    def edit(
        self, asset_id: str, owner: str | None = None, *, name: str | None = None, favourite: bool | None = None
    ) -> AssetRow:
        """None leaves as it is. Raises NotFound."""
        with self.database.write() as connection:
            return changing.edit(connection, asset_id, owner, name, favourite)

    def change(self, ids: Collection[str], action: Action, owner: str | None = None) -> int:
        """Do the same to many; how many it made a difference to. What is in the trash is in no list, and counts for the
        quota until it is deleted. Raises NotFound, with nothing done, if one is missing or another owner's."""
        with self.database.write() as connection:
            return changing.change(connection, ids, owner, action)

    def delete(self, asset_id: str, owner: str | None = None) -> AssetRow:
        """Remove it from the library; its content goes when nobody else uses it. Raises NotFound."""
        with self.database.write() as connection:
            row = find(connection, asset_id, owner)
            changing.forget(connection, [row])
        return row

    def empty_trash(self, older_than: float = TRASH_SECONDS) -> int:
        """Delete what has been in the trash for ``older_than`` seconds, in small transactions; how many."""
        count = 0
        while True:
            with self.database.write() as connection:
                rows = changing.long_trashed(connection, older_than)
                count += changing.forget(connection, rows)
            if not rows:
                return count

    def usage(self, owner: str) -> tuple[int, int]:
        """How many assets they have, and of how many bytes."""
        with self.database.read() as connection:
            return _usage(connection, owner)

    def sweep(self, older_than: float = GRACE_SECONDS) -> int:
        """Remove content that nobody has used for ``older_than`` seconds, and what dead writers left; how many.

        ``older_than`` has to be longer than anybody takes from registering content to using it. Each goes in a write
        transaction of its own: whoever gives the same content again at this moment registers it either before, and
        then it stays, or after, and then it is found gone and kept anew. Raises StorageFailed, DatabaseUnreachable.
        """
        count = self.blobs.sweep(older_than)
        with self.database.read() as connection:
            unused = connection.execute(select(blobs.c.sha256).where(*_unused(older_than))).scalars().all()
        for sha256 in unused:
            self.blobs.holds(sha256)  # a storage that is away is waited for here, and not by everybody who writes
            with self.database.write() as connection:
                gone = connection.execute(delete(blobs).where(blobs.c.sha256 == sha256, *_unused(older_than)))
                if gone.rowcount:
                    self.blobs.delete(sha256)
                    count += 1
        return count

    def audit(self) -> list[str]:
        """What should never be: assets without content or use, content without a row, places on boards and links of
        assets that are gone. Empty when all is well."""
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
    """Within a transaction of the caller's. Raises StorageFailed where its content was swept before it was used."""
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
    """The newest of each, for later ones take the place of earlier ones."""
    copies = assets.c.proxy_of.is_not(None), assets.c.proxy_of.in_(ids), assets.c.trashed_at.is_(None)
    query = select(assets.c.proxy_of, assets.c.id).where(*copies, *owned_by(owner))
    return {row.proxy_of: row.id for row in connection.execute(query.order_by(assets.c.created_at, assets.c.id))}
