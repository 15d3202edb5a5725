"""Answers of pupils to lessons."""

import sqlalchemy as sa
from alembic import op

revision = "odviz_0008"
down_revision = "odviz_0007"


def upgrade() -> None:
    """Forward only: an older odviz refuses a newer database."""
    op.create_table(
        "answer",
        sa.Column("classroom", sa.String(100), nullable=False),
        sa.Column("pupil", sa.String(100), nullable=False),
        sa.Column("lesson", sa.String(100), nullable=False),
        sa.Column("prediction", sa.Text, nullable=False),
        sa.Column("locked", sa.DateTime, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("score", sa.Text),
        sa.PrimaryKeyConstraint("classroom", "pupil", "lesson", name="pk_answer"),
    )
