"""The first catalogue: documents, pages, passages, projects."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables. The columns are written out here, so that later changes of the program do not change history."""
    op.create_table(
        "documents",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(30)),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("document_type", sa.Text, nullable=False),
        sa.Column("year", sa.Integer),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("project_id", sa.Text),
        sa.Column("page_count", sa.Integer, nullable=False),
        sa.Column("passage_count", sa.Integer, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
    )
    op.create_index("documents_by_state", "documents", ["state", "received_at"])
    op.create_index("documents_by_project", "documents", ["project_id"])
    op.create_table(
        "pages",
        sa.Column("document_id", sa.String(16), sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("headings", sa.JSON, nullable=False),
        sa.Column("project_id", sa.Text),
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("document_id", sa.String(16), sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("heading_path", sa.JSON, nullable=False),
        sa.Column("page_from", sa.Integer, nullable=False),
        sa.Column("page_to", sa.Integer, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("project_id", sa.Text),
    )
    op.create_index("passages_by_document", "passages", ["document_id", "ordinal"])
    op.create_table(
        "projects",
        sa.Column("id", sa.Text, primary_key=True),
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
        sa.Column("source_document_id", sa.String(16), sa.ForeignKey("documents.id", ondelete="CASCADE")),
    )
    op.create_index("projects_by_dnr", "projects", ["dnr"])
    op.create_index("projects_by_source", "projects", ["source_document_id"])
