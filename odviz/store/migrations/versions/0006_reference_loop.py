"""Blocks with the time of the reference loop and a mean CPU time; what other programs took from the processor."""

from statistics import median
from typing import Any

import numpy as np
import sqlalchemy as sa
from alembic import op

revision = "odviz_0006"
down_revision = "odviz_0005"

_KEY = ("run", "round")


def upgrade() -> None:
    """Forward only: an older odviz refuses a newer database."""
    cells = (
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("wall_ns", sa.LargeBinary, nullable=False),
        sa.Column("cpu_ns", sa.BigInteger, nullable=False),
        sa.Column("timed", sa.Integer, nullable=False),
        sa.Column("reference_ns", sa.BigInteger, nullable=False),
    )
    # Not by renaming: a renamed table keeps the names of its constraints, which PostgreSQL allows only once.
    op.create_table("converted", sa.Column("run", sa.Integer, nullable=False), *cells)
    _convert()
    op.drop_table("sample")
    run = sa.Column(
        "run", sa.Integer, sa.ForeignKey("run.id", name="fk_sample_run", ondelete="CASCADE"), nullable=False
    )
    op.create_table("sample", run, *cells, sa.PrimaryKeyConstraint(*_KEY, name="pk_sample"))
    op.execute("INSERT INTO sample SELECT run, round, wall_ns, cpu_ns, timed, reference_ns FROM converted")
    op.drop_table("converted")
    op.create_table(
        "background",
        sa.Column(
            "benchmark",
            sa.String(16),
            sa.ForeignKey("benchmark.id", name="fk_background_benchmark", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("launch", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("load", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("benchmark", "launch", name="pk_background"),
    )


def _convert() -> None:
    """Copy every block; one at a time, because a database can hold millions of times."""
    connection = op.get_bind()
    names = (*_KEY, "wall_ns", "cpu_ns")
    former = sa.table("sample", *map(sa.column, names))
    converted = sa.table("converted", *map(sa.column, (*names, "timed", "reference_ns")))
    for key in connection.execute(sa.select(*(former.c[name] for name in _KEY))).all():
        same = sa.and_(*(former.c[name] == cell for name, cell in zip(_KEY, key, strict=True)))
        row = connection.execute(sa.select(former).where(same)).one()
        values = {**row._mapping, "cpu_ns": _middle(row.cpu_ns), "timed": 0, "reference_ns": 0}
        connection.execute(converted.insert().values(values))


def _middle(blob: Any) -> int:
    """Median of packed times; a time that no clock gives for damaged ones, which is refused when it is read."""
    try:
        return int(median(np.frombuffer(blob, "<i8").tolist()))
    except (ValueError, TypeError):
        return -1
