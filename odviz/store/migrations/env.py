"""Alembic's environment: it uses the connection that `store.migrate` passes, without an alembic.ini."""

from alembic import context

from odviz.store.schema import metadata

# SQLite's changes of tables are undone with the transaction that the connection is already in.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
