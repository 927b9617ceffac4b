"""The table of facts by name goes: nothing was ever kept in it."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Drop it."""
    op.drop_table("facts")
