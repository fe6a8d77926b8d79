"""The library: favourites, trash, search, boards, share links, and the recipes that uploaded clips claim."""

import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_AT_ONCE = 500
_LONGEST = 20_000
_assets = sa.table(
    "assets",
    *(sa.column("id", sa.String), sa.column("name", sa.Text), sa.column("search", sa.Text)),
    *(sa.column("facts", sa.JSON), sa.column("recipe", sa.JSON)),
    *(sa.column("model", sa.String), sa.column("task", sa.String), sa.column("proxy_of", sa.String)),
)


def upgrade() -> None:
    op.add_column("assets", sa.Column("favourite", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("assets", sa.Column("trashed_at", sa.Float(), nullable=True))
    op.add_column("assets", sa.Column("claimed_recipe", sa.JSON(), nullable=True))
    op.add_column("assets", sa.Column("search", sa.Text(), server_default="", nullable=False))
    op.add_column("assets", sa.Column("model", sa.String(length=100), server_default="", nullable=False))
    op.add_column("assets", sa.Column("task", sa.String(length=8), server_default="", nullable=False))
    op.add_column("assets", sa.Column("proxy_of", sa.String(length=32), nullable=True))
    _fill(op.get_bind())
    _index()
    _create_boards()
    _create_shares()


def _fill(connection: sa.Connection) -> None:
    """In pages, since the recipes of all clips may not fit in memory."""
    last = ""
    found = sa.select(_assets.c.id, _assets.c.name, _assets.c.facts, _assets.c.recipe).order_by(_assets.c.id)
    change = (
        sa.update(_assets)
        .where(_assets.c.id == sa.bindparam("this"))
        .values({name: sa.bindparam(f"new_{name}") for name in ("search", "model", "task", "proxy_of")})
    )
    while rows := connection.execute(found.where(_assets.c.id > last).limit(_AT_ONCE)).all():
        connection.execute(change, [_derived(row) for row in rows])
        last = rows[-1].id


def _derived(row: Any) -> dict[str, Any]:
    """What :mod:`artifex.store.asset_rows` derived when this was written."""
    recipe: dict[str, Any] = row.recipe or {}
    words = "\n".join((row.name, recipe.get("prompt", ""), recipe.get("written_prompt", "")))
    return {
        "this": row.id,
        "new_search": unicodedata.normalize("NFKC", words).casefold().replace("\0", " ")[:_LONGEST],
        "new_model": str(recipe.get("model", {}).get("name", ""))[:100],
        "new_task": str(recipe.get("task", ""))[:8],
        "new_proxy_of": row.facts.get("proxy_of"),
    }


def _index() -> None:
    op.create_index("ix_assets_created", "assets", ["created_at", "id"], unique=False)
    op.create_index("ix_assets_kind", "assets", ["kind", "created_at", "id"], unique=False)
    op.create_index("ix_assets_model", "assets", ["model", "created_at", "id"], unique=False)
    op.create_index(
        "ix_assets_favourite",
        "assets",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("favourite = 1"),
        postgresql_where=sa.text("favourite"),
    )
    op.create_index(
        "ix_assets_trashed",
        "assets",
        ["trashed_at"],
        unique=False,
        sqlite_where=sa.text("trashed_at is not null"),
        postgresql_where=sa.text("trashed_at is not null"),
    )
    op.create_index(
        "ix_assets_proxy",
        "assets",
        ["proxy_of"],
        unique=False,
        sqlite_where=sa.text("proxy_of is not null"),
        postgresql_where=sa.text("proxy_of is not null"),
    )
    op.create_index(
        "ix_assets_summary", "assets", ["owner", "kind", "model", "favourite", "trashed_at", "size"], unique=False
    )


def _create_boards() -> None:
    op.create_table(
        "boards",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boards")),
    )
    op.create_index("uq_boards_owner_name", "boards", ["owner", "name"], unique=True)
    op.create_table(
        "board_items",
        sa.Column("board_id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("added_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("board_id", "asset_id", name=op.f("pk_board_items")),
    )
    op.create_index("ix_board_items_asset", "board_items", ["asset_id"], unique=False)


def _create_shares() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shares")),
    )
    op.create_index("uq_shares_sha256", "shares", ["sha256"], unique=True)
    op.create_index("ix_shares_asset", "shares", ["asset_id"], unique=False)
    op.create_index("ix_shares_expires", "shares", ["expires_at"], unique=False)
