"""How a benchmark that goes on had ended before: where it is stopped, that holds again."""

import sqlalchemy as sa
from alembic import op

revision = "odviz_0002"
down_revision = "odviz_0001"


def upgrade() -> None:
    """Forward; nobody goes back: an older odviz refuses a newer database."""
    op.add_column("benchmark", sa.Column("former", sa.Text))
