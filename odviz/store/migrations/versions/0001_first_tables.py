"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "odviz_0001"
down_revision = None


def upgrade() -> None:
    """Forward only: an older odviz refuses a newer database."""
    op.create_table(
        "benchmark",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("started", sa.DateTime),
        sa.Column("ended", sa.DateTime),
        sa.Column("task", sa.String(100), nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("cancel_requested", sa.Boolean, nullable=False),
        sa.Column("owner_host", sa.String(255)),
        sa.Column("owner_pid", sa.Integer),
        sa.Column("owner_birth", sa.String(100)),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("failure", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_benchmark"),
    )
    op.create_index("ix_benchmark_state_place", "benchmark", ["state", "place"])
    op.create_index("ix_benchmark_place", "benchmark", ["place"])
    op.create_table(
        "point",
        sa.Column("benchmark", sa.String(16), nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("point", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("benchmark", "position", name="pk_point"),
        sa.ForeignKeyConstraint(["benchmark"], ["benchmark.id"], name="fk_point_benchmark", ondelete="CASCADE"),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("benchmark", sa.String(16), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("launch", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("started", sa.DateTime, nullable=False),
        sa.Column("ended", sa.DateTime),
        sa.Column("failure", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sa.ForeignKeyConstraint(["benchmark"], ["benchmark.id"], name="fk_run_benchmark", ondelete="CASCADE"),
    )
    op.create_index("ix_run_benchmark", "run", ["benchmark"])
    op.create_table(
        "sample",
        sa.Column("run", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("round", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("wall_ns", sa.LargeBinary, nullable=False),
        sa.Column("cpu_ns", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("run", "round", name="pk_sample"),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_sample_run", ondelete="CASCADE"),
    )
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("value", sa.Float(53), nullable=False),
        sa.Column("baseline", sa.Float(53), nullable=False),
        sa.Column("unit", sa.String(8), nullable=False),
        sa.Column("method", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_reading_run", ondelete="CASCADE"),
    )
    op.create_index("ix_reading_run", "reading", ["run"])
    op.create_table(
        "artifact",
        sa.Column("variant", sa.String(400), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made", sa.DateTime, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("variant", "sha256", name="pk_artifact"),
    )
    op.create_table(
        "answers",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("runtime", sa.String(50), nullable=False),
        sa.Column("engine", sa.String(50), nullable=False),
        sa.Column("data_sha256", sa.String(64), nullable=False),
        sa.Column("threads", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("predicted", sa.LargeBinary, nullable=False),
        sa.Column("correct", sa.LargeBinary, nullable=False),
        sa.Column("classes", sa.Integer, nullable=False),
        sa.Column("logits", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "runtime", "engine", "data_sha256", "threads", name="pk_answers"),
    )
