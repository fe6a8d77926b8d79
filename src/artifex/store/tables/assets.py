"""The library's assets, their content, and styles."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, String, Table, Text, text

from artifex.store.tables.base import metadata

assets = Table(
    "assets",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),  # image, video, audio, lora, upscaler, look, preview
    Column("media_type", String(64), nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("facts", JSON, nullable=False, server_default="{}"),
    Column("recipe", JSON),
    Column("job_id", String(32)),
    Column("thumbnail", String(64)),
    Column("poster", String(64)),
    Column("created_at", Float, nullable=False),
    Column("favourite", Boolean, nullable=False, server_default="0"),
    Column("trashed_at", Float),
    Column("claimed_recipe", JSON),  # what an uploaded file claims
    Column("search", Text, nullable=False, server_default=""),  # see artifex.store.searching
    Column("model", String(100), nullable=False, server_default=""),  # from the recipe, like the next
    Column("task", String(8), nullable=False, server_default=""),
    Column("proxy_of", String(32)),
)


def _where(sqlite: str, postgresql: str = "") -> dict[str, Any]:
    """The condition of a partial index; a query must repeat it word for word to use the index."""
    return {"sqlite_where": text(sqlite), "postgresql_where": text(postgresql or sqlite)}


# Lists of administrators, and all lists without accounts, do not filter by owner.
Index("ix_assets_owner_created", assets.c.owner, assets.c.created_at, assets.c.id)
Index("ix_assets_created", assets.c.created_at, assets.c.id)
Index("ix_assets_kind", assets.c.kind, assets.c.created_at, assets.c.id)
Index("ix_assets_model", assets.c.model, assets.c.created_at, assets.c.id)
Index("ix_assets_favourite", assets.c.created_at, assets.c.id, **_where("favourite = 1", "favourite"))
Index("ix_assets_trashed", assets.c.trashed_at, **_where("trashed_at is not null"))
Index("ix_assets_job", assets.c.job_id)
Index("ix_assets_proxy", assets.c.proxy_of, **_where("proxy_of is not null"))
Index(
    "ix_assets_summary",  # covers the summary's query, so that no row is read
    *(assets.c.owner, assets.c.kind, assets.c.model, assets.c.favourite, assets.c.trashed_at, assets.c.size),
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("since", Float, nullable=False),
)
"""Written before the content is stored, so that no content is ever without a row."""

blob_uses = Table(
    "blob_uses",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("holder", String(40), primary_key=True),
)
"""What keeps a blob alive: an asset or a job, by its id."""
Index("ix_blob_uses_holder", blob_uses.c.holder)

styles = Table(
    "styles",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("name", String(100), nullable=False),
    Column("data", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
)
Index("ix_styles_owner", styles.c.owner)
