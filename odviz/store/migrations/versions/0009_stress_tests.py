"""Stress tests: the test that a run belongs to, what it found, and benchmarks resumed for them alone."""

import sqlalchemy as sa
from alembic import op

revision = "odviz_0009"
down_revision = "odviz_0008"


def upgrade() -> None:
    """Forward only: an older odviz refuses a newer database."""
    for table, column in (
        ("run", sa.Column("test", sa.String(50))),
        ("benchmark", sa.Column("stress_only", sa.Boolean, nullable=False, server_default=sa.false())),
    ):
        op.add_column(table, column)
    op.create_table(
        "outcome",
        sa.Column(
            "run",
            sa.Integer,
            sa.ForeignKey("run.id", name="fk_outcome_run", ondelete="CASCADE"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("run", "name", name="pk_outcome"),
    )
