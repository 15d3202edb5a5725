"""Every database gets a number of its own: the file system gives the number of a deleted file to the next one."""

import secrets

from alembic import op

revision = "odviz_0004"
down_revision = "odviz_0003"


def upgrade() -> None:
    """Forward; nobody goes back: an older odviz refuses a newer database."""
    if op.get_bind().dialect.name == "sqlite":  # elsewhere it is no file that could be replaced
        op.execute(f"PRAGMA user_version = {1 + secrets.randbelow(2**31 - 1)}")
