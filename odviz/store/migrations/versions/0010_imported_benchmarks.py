"""Benchmarks that another machine measured, with their files and predictions in tables of their own."""

import sqlalchemy as sa
from alembic import op

revision = "odviz_0010"
down_revision = "odviz_0009"


def upgrade() -> None:
    """Forward only: an older odviz refuses a newer database."""
    op.add_column("benchmark", sa.Column("imported", sa.Text))
    op.create_table(
        "imported_artifact",
        _benchmark("imported_artifact"),
        sa.Column("variant", sa.String(400), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("file", "facts", "notes")),
        sa.PrimaryKeyConstraint("benchmark", "variant", name="pk_imported_artifact"),
    )
    op.create_table(
        "imported_predictions",
        _benchmark("imported_predictions"),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("metric", sa.String(50), nullable=False),
        *(sa.Column(name, sa.LargeBinary, nullable=False) for name in ("scores", "outputs")),
        sa.PrimaryKeyConstraint("benchmark", "position", name="pk_imported_predictions"),
    )


def _benchmark(table: str) -> sa.Column[str]:
    key = sa.ForeignKey("benchmark.id", name=f"fk_{table}_benchmark", ondelete="CASCADE")
    return sa.Column("benchmark", sa.String(16), key, nullable=False)
