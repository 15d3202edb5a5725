"""Predictions of any metric: scores and outputs as packed arrays, in place of right answers and logits.

Columns and stored values get the words that the code uses: `queue_position`, `previous_state`, `created`,
`wrong-predictions`.
"""

import json
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import sqlalchemy as sa
from alembic import op

revision = "odviz_0005"
down_revision = "odviz_0004"

_RENAMED = (
    ("benchmark", "place", "queue_position"),
    ("benchmark", "former", "previous_state"),
    ("artifact", "made", "created"),
)


def upgrade() -> None:
    """Forward only: an older odviz refuses a newer database."""
    op.drop_index("ix_benchmark_state_place", "benchmark")
    op.drop_index("ix_benchmark_place", "benchmark")
    for table, old, new in _RENAMED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    op.create_index("ix_benchmark_state_queue_position", "benchmark", ["state", "queue_position"])
    op.create_index("ix_benchmark_queue_position", "benchmark", ["queue_position"])
    _rewrite("benchmark", "failure", _failure)
    _rewrite("benchmark", "previous_state", _previous_state)
    _rewrite("run", "failure", _failure)
    op.create_table(
        "predictions",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("runtime", sa.String(50), nullable=False),
        sa.Column("runtime_version", sa.String(50), nullable=False),
        sa.Column("data_sha256", sa.String(64), nullable=False),
        sa.Column("threads", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("processor", sa.String(400), nullable=False),
        sa.Column("metric", sa.String(50), nullable=False),
        sa.Column("scores", sa.LargeBinary, nullable=False),
        sa.Column("outputs", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint(
            "sha256", "runtime", "runtime_version", "data_sha256", "threads", "processor", name="pk_predictions"
        ),
    )
    _convert()
    op.drop_table("answers")


def _rewrite(table: str, column: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change the JSON objects of one column; a damaged cell stays as it is, and is refused when it is read."""
    connection = op.get_bind()
    cells = sa.table(table, sa.column("id"), sa.column(column))
    for row in connection.execute(sa.select(cells).where(cells.c[column].is_not(None))).all():
        try:
            value = json.loads(row[1])
        except (ValueError, TypeError, RecursionError):
            continue
        if isinstance(value, dict) and (changed := change(value)) != value:
            text = json.dumps(changed, ensure_ascii=False)
            connection.execute(cells.update().where(cells.c.id == row.id).values({column: text}))


def _failure(value: dict[str, Any]) -> dict[str, Any]:
    return {**value, "kind": "wrong-predictions"} if value.get("kind") == "wrong-answers" else value


def _previous_state(value: dict[str, Any]) -> dict[str, Any]:
    renamed = {"queue_position" if name == "position" else name: cell for name, cell in value.items()}
    failure = renamed.get("failure")
    return {**renamed, "failure": _failure(failure)} if isinstance(failure, dict) else renamed


def _convert() -> None:
    """Copy every row of `answers`; one row at a time, because logits can be large."""
    connection = op.get_bind()
    key = ("sha256", "runtime", "engine", "data_sha256", "threads", "processor")
    answers = sa.table("answers", *map(sa.column, (*key, "items", "correct", "classes", "logits")))
    names = ("sha256", "runtime", "runtime_version", "data_sha256", "threads", "processor")
    predictions = sa.table("predictions", *map(sa.column, (*names, "metric", "scores", "outputs")))
    for cells in connection.execute(sa.select(*(answers.c[name] for name in key))).all():
        same = sa.and_(*(answers.c[name] == cell for name, cell in zip(key, cells, strict=True)))
        row = connection.execute(sa.select(answers).where(same)).one()
        scores, outputs = _blobs(row)
        values = {**dict(zip(names, cells, strict=True)), "metric": "top1", "scores": scores, "outputs": outputs}
        connection.execute(predictions.insert().values(values))


def _blobs(row: sa.Row[Any]) -> tuple[bytes, bytes]:
    """Scores and outputs; no bytes for damaged ones, which are refused when they are read and predicted again."""
    try:
        bits = np.frombuffer(row.correct, "u1")
        logits = zlib.decompress(row.logits) if row.classes else b""
        if len(bits) != (row.items + 7) // 8 or len(logits) != row.items * row.classes * 4:
            return b"", b""
    except (ValueError, TypeError, zlib.error):
        return b"", b""
    scores = _packed("|b1", [row.items], np.unpackbits(bits, count=row.items).tobytes())
    return scores, _packed("<f4", [row.items, row.classes], logits) if row.classes else b""


def _packed(dtype: str, shape: list[int], content: bytes) -> bytes:
    """As `odviz.store.blobs.pack_arrays` packed one array when this was written."""
    return json.dumps([[dtype, shape]]).encode() + b"\n" + zlib.compress(content)
