"""Names, tags and notes of benchmarks, and the baseline of each task."""

import sqlalchemy as sa
from alembic import op

revision = "odviz_0011"
down_revision = "odviz_0010"


def upgrade() -> None:
    """Forward only: an older odviz refuses a newer database."""
    for column in (
        sa.Column("name", sa.String(100), nullable=False, server_default=sa.text("''")),
        sa.Column("tags", sa.Text, nullable=False, server_default="[]"),
        sa.Column("note", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("baseline", sa.Boolean, nullable=False, server_default=sa.false()),
    ):
        op.add_column("benchmark", column)
    op.create_index("ix_benchmark_name", "benchmark", ["name"])
