"""The library: media with an owner, over content that is kept as long as somebody uses it."""

import hashlib
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, exists, func, insert, select, tuple_, update

from artifex.errors import BadInput, NotFound, StorageFailed, TooLarge
from artifex.files import hash_file, told
from artifex.store.blobs import Blobs
from artifex.store.database import Database, wall_now
from artifex.store.tables.assets import assets, blob_uses, blobs
from artifex.units import show_bytes

GRACE_SECONDS = 3600.0
"""How long content that nobody uses is kept, counted from when it was last given."""


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
    """``kind`` is image, video, audio, lora or preview; ``facts`` and ``recipe`` are JSON."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRow:
    """An asset as the database has it; times in seconds since 1970."""

    id: str
    owner: str
    sha256: str
    size: int
    kind: str
    media_type: str
    name: str
    facts: dict[str, Any]
    recipe: dict[str, Any] | None
    job_id: str | None
    thumbnail: str | None
    poster: str | None
    created_at: float


@dataclass(frozen=True, slots=True)
class AssetPage:
    assets: list[AssetRow]
    next_cursor: str | None
    """Opaque; None on the last page."""


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
            return _find(connection, asset_id, owner)

    def page(
        self, owner: str | None = None, kind: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> AssetPage:
        """The newest first. Raises BadInput for a cursor that is none of ours."""
        query = _owned(select(assets), owner).order_by(assets.c.created_at.desc(), assets.c.id.desc())
        if kind is not None:
            query = query.where(assets.c.kind == kind)
        if cursor is not None:
            query = query.where(tuple_(assets.c.created_at, assets.c.id) < tuple_(*_parse_cursor(cursor)))
        with self.database.read() as connection:
            rows = [_row(row) for row in connection.execute(query.limit(limit + 1)).mappings()]
        kept = rows[:limit]
        return AssetPage(kept, f"{kept[-1].created_at!r}-{kept[-1].id}" if len(rows) > limit else None)

    def delete(self, asset_id: str, owner: str | None = None) -> AssetRow:
        """Remove it from the library; its content goes when nobody else uses it. Raises NotFound."""
        with self.database.write() as connection:
            row = _find(connection, asset_id, owner)
            connection.execute(delete(assets).where(assets.c.id == asset_id))
            connection.execute(delete(blob_uses).where(blob_uses.c.holder == asset_id))
            _keep_awhile(connection, {row.sha256, row.thumbnail, row.poster})
        return row

    def usage(self, owner: str) -> tuple[int, int]:
        """How many assets they have, and of how many bytes."""
        with self.database.read() as connection:
            return _usage(connection, owner)

    def sweep(self, older_than: float = GRACE_SECONDS) -> int:
        """Remove content that nobody has used for ``older_than`` seconds, and what dead writers left; how many.

        ``older_than`` has to be longer than anybody takes from registering content to using it. Each goes in a write
        transaction of its own: whoever gives the same content again at this moment registers it either before, and
        then it stays, or after, and then it is found gone and kept anew.
        """
        count = self.blobs.sweep(older_than)
        with self.database.read() as connection:
            unused = connection.execute(select(blobs.c.sha256).where(*_unused(older_than))).scalars().all()
        for sha256 in unused:
            with self.database.write() as connection:
                gone = connection.execute(delete(blobs).where(blobs.c.sha256 == sha256, *_unused(older_than)))
                if gone.rowcount:
                    self.blobs.delete(sha256)
                    count += 1
        return count

    def audit(self) -> list[str]:
        """What should never be: assets without content or use, content without a row. Empty when all is well."""
        with self.database.read() as connection:
            wanted = {
                (row.id, sha256)
                for row in map(_row, connection.execute(select(assets)).mappings())
                for sha256 in _uses(row)
            }
            used = {(row.holder, row.sha256) for row in connection.execute(select(blob_uses))}
            registered = set(connection.execute(select(blobs.c.sha256)).scalars())
        kept = set(self.blobs.all())
        return sorted(
            [f"asset {holder} does not use {sha256}" for holder, sha256 in wanted - used]
            + [f"{sha256} is used and not registered" for sha256 in {sha256 for _, sha256 in used} - registered]
            + [f"{sha256} is used and has no content" for sha256 in {sha256 for _, sha256 in used} - kept]
            + [f"{sha256} has content and is not registered" for sha256 in kept - registered]
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
    )
    uses = set(_uses(row))
    found = select(func.count()).select_from(blobs).where(blobs.c.sha256.in_(uses))
    if connection.execute(found).scalar_one() != len(uses):
        raise StorageFailed("The file took so long to be kept that it was removed again; send it once more.")
    connection.execute(insert(assets).values(asdict(row)))
    connection.execute(insert(blob_uses), [{"sha256": sha256, "holder": row.id} for sha256 in sorted(uses)])
    return row


def _uses(row: AssetRow) -> Iterator[str]:
    yield from (sha256 for sha256 in (row.sha256, row.thumbnail, row.poster) if sha256 is not None)


def _unused(older_than: float) -> tuple[Any, ...]:
    used = exists().where(blob_uses.c.sha256 == blobs.c.sha256)
    return blobs.c.since < wall_now() - older_than, ~used


def _keep_awhile(connection: Connection, hashes: set[str | None]) -> None:
    """Downloads that have begun are let finish."""
    connection.execute(update(blobs).where(blobs.c.sha256.in_(hashes - {None})).values(since=wall_now()))


def _usage(connection: Connection, owner: str) -> tuple[int, int]:
    query = select(func.count(), func.coalesce(func.sum(assets.c.size), 0)).where(assets.c.owner == owner)
    count, size = connection.execute(query).one()
    return count, int(size)


def _check(quota: Quota, usage: tuple[int, int], size: int) -> None:
    files, taken = usage
    if files >= quota.files:
        raise TooLarge(f"You keep {files} files already, as many as you may; delete some first.")
    if taken + size > quota.bytes:
        raise TooLarge(f"Your files would take more than {show_bytes(quota.bytes)}, which you may keep; delete some.")


def _find(connection: Connection, asset_id: str, owner: str | None) -> AssetRow:
    row = connection.execute(_owned(select(assets).where(assets.c.id == asset_id), owner)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such file in the library.")
    return _row(row)


def _owned(query: Select[Any], owner: str | None) -> Select[Any]:
    return query if owner is None else query.where(assets.c.owner == owner)


def _row(row: RowMapping) -> AssetRow:
    return AssetRow(**row)


def _parse_cursor(cursor: str) -> tuple[float, str]:
    created_at, _, asset_id = cursor.rpartition("-")
    try:
        return float(created_at), asset_id
    except ValueError as error:
        raise BadInput("The cursor is none of this list's; begin without one.") from error
