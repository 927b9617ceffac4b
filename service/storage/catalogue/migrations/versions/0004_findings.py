"""Findings: what each passage tells."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table. Documents that are here already get their findings when they are read again."""
    op.create_table(
        "findings",
        sa.Column("passage_id", sa.String(36), sa.ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("type", sa.String(20), primary_key=True),
        sa.Column("document_id", sa.String(16), sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("why", sa.JSON, nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("polarity", sa.String(20), nullable=False),
        sa.Column("evidence", sa.String(1), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("benefit", sa.String(20), nullable=False),
        sa.Column("obstacles", sa.JSON, nullable=False),
        sa.Column("target_groups", sa.JSON, nullable=False),
        sa.Column("criteria", sa.JSON, nullable=False),
        sa.Column("addressees", sa.JSON, nullable=False),
        sa.Column("numbers", sa.JSON, nullable=False),
    )
    op.create_index("findings_by_document", "findings", ["document_id"])
    op.create_index("findings_by_type", "findings", ["type", "level"])
