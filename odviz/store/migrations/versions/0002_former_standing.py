"""The previous state of a benchmark that is resumed, which it gets back where it is stopped."""

import sqlalchemy as sa
from alembic import op

revision = "odviz_0002"
down_revision = "odviz_0001"


def upgrade() -> None:
    """Forward only: an older odviz refuses a newer database."""
    op.add_column("benchmark", sa.Column("former", sa.Text))
