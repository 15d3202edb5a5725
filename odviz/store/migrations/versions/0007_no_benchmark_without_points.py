"""No benchmarks without operating points: an older odviz could be stopped before it stored them."""

from alembic import op

revision = "odviz_0007"
down_revision = "odviz_0006"


def upgrade() -> None:
    """Forward only: an older odviz refuses a newer database."""
    op.execute(
        "DELETE FROM benchmark WHERE NOT EXISTS (SELECT 1 FROM point WHERE point.benchmark = benchmark.id) "
        "AND NOT EXISTS (SELECT 1 FROM run WHERE run.benchmark = benchmark.id)"
    )
