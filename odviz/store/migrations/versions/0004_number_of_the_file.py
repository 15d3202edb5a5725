"""A random number in every database, because file systems give the number of a deleted file to the next one."""

import secrets

from alembic import op

revision = "odviz_0004"
down_revision = "odviz_0003"


def upgrade() -> None:
    """Forward only: an older odviz refuses a newer database."""
    if op.get_bind().dialect.name == "sqlite":  # other databases are not files that could be replaced
        op.execute(f"PRAGMA user_version = {1 + secrets.randbelow(2**31 - 1)}")
