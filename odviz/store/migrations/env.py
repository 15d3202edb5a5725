"""What Alembic asks for its surroundings: the connection it is to use is handed in, there is no alembic.ini."""

from alembic import context

from odviz.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can, but Alembic does not count on it
    render_as_batch=True,  # SQLite changes a column by copying the table
)
with context.begin_transaction():
    context.run_migrations()
