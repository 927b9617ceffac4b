"""Run by Alembic: the connection comes from :func:`service.storage.catalogue.opening.migrate`."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="catalogue_version")
with context.begin_transaction():
    context.run_migrations()
