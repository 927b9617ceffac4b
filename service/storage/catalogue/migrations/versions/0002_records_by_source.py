"""A project may be recorded in several documents; and facts by name."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Keep each document's record of a project, so that removing one document leaves what the others say."""
    op.drop_index("projects_by_dnr", "projects")
    op.drop_index("projects_by_source", "projects")
    records = op.create_table(
        "project_records",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column(
            "source_document_id",
            sa.String(16),
            sa.ForeignKey("documents.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("dnr", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("owner_orgnr", sa.Text, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("start", sa.Date),
        sa.Column("end", sa.Date),
        sa.Column("eu_rate", sa.Float),
        sa.Column("programme_area", sa.Text, nullable=False),
        sa.Column("specific_objective", sa.Text, nullable=False),
        sa.Column("child_poverty", sa.Boolean),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("nuts2", sa.Text, nullable=False),
        sa.Column("intervention_field", sa.Text, nullable=False),
        sa.Column("participants", sa.Integer),
        sa.Column("strategic", sa.Boolean),
        sa.Column("project_no", sa.Text, nullable=False),
        sa.Column("total_budget", sa.Float),
        sa.Column("granted", sa.Float),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("published", sa.JSON, nullable=False),
    )
    names = [column.name for column in records.columns]
    old = sa.table("projects", *(sa.column(name) for name in names))
    kept = sa.select(*(old.c[name] for name in names)).where(old.c.source_document_id.is_not(None))
    op.execute(sa.insert(records).from_select(names, kept, include_defaults=False))
    op.drop_table("projects")
    op.create_index("project_records_by_dnr", "project_records", ["dnr"])
    op.create_index("project_records_by_source", "project_records", ["source_document_id"])
    op.create_table(
        "facts",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
