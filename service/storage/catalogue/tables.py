"""The tables of the catalogue, as the newest migration leaves them. Nothing here is special to one database."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

VERSION = "0004"
"""The newest migration in ``migrations/versions``. A test keeps the two together."""

metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("file_name", Text, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", String(30)),
    Column("detail", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("document_type", Text, nullable=False),
    Column("year", Integer),
    Column("language", String(3), nullable=False),
    # No foreign key: a report may arrive before the record of its project.
    Column("project_id", Text),
    Column("page_count", Integer, nullable=False),
    Column("passage_count", Integer, nullable=False),
    Column("metadata", JSON, nullable=False),
)
Index("documents_by_state", documents.c.state, documents.c.received_at)
Index("documents_by_project", documents.c.project_id)

pages = Table(
    "pages",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("label", Text, nullable=False),
    Column("language", String(3), nullable=False),
    Column("text", Text, nullable=False),
    Column("headings", JSON, nullable=False),
    Column("project_id", Text),
)

passages = Table(
    "passages",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("heading_path", JSON, nullable=False),
    Column("page_from", Integer, nullable=False),
    Column("page_to", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("language", String(3), nullable=False),
    Column("project_id", Text),
)
Index("passages_by_document", passages.c.document_id, passages.c.ordinal)

# A passage has a type once. Codes are those of ``service/domain/codes``.
findings = Table(
    "findings",
    metadata,
    Column("passage_id", ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True),
    Column("type", String(20), primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("why", JSON, nullable=False),
    Column("level", String(20), nullable=False),
    Column("polarity", String(20), nullable=False),
    Column("evidence", String(1), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("benefit", String(20), nullable=False),
    Column("obstacles", JSON, nullable=False),
    Column("target_groups", JSON, nullable=False),
    Column("criteria", JSON, nullable=False),
    Column("addressees", JSON, nullable=False),
    Column("numbers", JSON, nullable=False),
)
Index("findings_by_document", findings.c.document_id)
Index("findings_by_type", findings.c.type, findings.c.level)

# Several documents may hold a record of the same project; together they tell what is known of it.
projects = Table(
    "project_records",
    metadata,
    Column("id", Text, primary_key=True),
    # The document that the record was read from; the record leaves with it.
    Column("source_document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("dnr", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("owner_orgnr", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("fund", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("start", Date),
    Column("end", Date),
    Column("eu_rate", Float),
    Column("programme_area", Text, nullable=False),
    Column("specific_objective", Text, nullable=False),
    Column("child_poverty", Boolean),
    Column("region", Text, nullable=False),
    Column("nuts2", Text, nullable=False),
    Column("intervention_field", Text, nullable=False),
    Column("participants", Integer),
    Column("strategic", Boolean),
    Column("project_no", Text, nullable=False),
    Column("total_budget", Float),
    Column("granted", Float),
    Column("currency", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("published", JSON, nullable=False),
)
Index("project_records_by_dnr", projects.c.dnr)
Index("project_records_by_source", projects.c.source_document_id)

version = Table("catalogue_version", metadata, Column("version_num", String(32), primary_key=True))
