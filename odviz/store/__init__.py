"""Storage: SQLAlchemy Core over SQLite or PostgreSQL, migrated by Alembic when it is opened."""

from odviz.library.owner import Owner
from odviz.store.liveness import is_abandoned
from odviz.store.records import (
    BenchmarkRecord,
    DamagedRecord,
    Predictions,
    PredictionsKey,
    Reading,
    RunRecord,
    RunSamples,
    StoredArtifact,
    WholeBenchmark,
)
from odviz.store.store import Store, open_copy, open_store

__all__ = [
    "BenchmarkRecord",
    "DamagedRecord",
    "Owner",
    "Predictions",
    "PredictionsKey",
    "Reading",
    "RunRecord",
    "RunSamples",
    "Store",
    "StoredArtifact",
    "WholeBenchmark",
    "is_abandoned",
    "open_copy",
    "open_store",
]
