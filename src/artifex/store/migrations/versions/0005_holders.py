"""Which supervisor has a slot's name, and until when if it is not heard of again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("slots", sa.Column("holder", sa.String(length=32), nullable=True))
    op.add_column("slots", sa.Column("held_until", sa.Float(), nullable=True))
