"""Media of the library, and the content they consist of."""

from sqlalchemy import JSON, BigInteger, Column, Float, Index, String, Table, Text

from artifex.store.tables.base import metadata

assets = Table(
    "assets",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),  # image, video, audio, lora, preview
    Column("media_type", String(64), nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("facts", JSON, nullable=False, server_default="{}"),
    Column("recipe", JSON),
    Column("job_id", String(32)),
    Column("thumbnail", String(64)),
    Column("poster", String(64)),
    Column("created_at", Float, nullable=False),
)
Index("ix_assets_owner_created", assets.c.owner, assets.c.created_at, assets.c.id)
Index("ix_assets_job", assets.c.job_id)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("since", Float, nullable=False),
)
"""Written before the content is published, so that no content is ever without a row."""

blob_uses = Table(
    "blob_uses",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("holder", String(40), primary_key=True),
)
"""Who keeps a blob alive: an asset or a job, by its id."""
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
