"""What each edge of a parcel faces: front, secondary street, side, rear, open land.

Pure Python over NumPy and Shapely: no Django, no database. Metric CRS throughout.
Explained in docs/explanation/parcel-edges.md.
"""

from parcels.edges.classify import classify_edges
from parcels.edges.kinds import (
    CONFIDENCE_LIMIT,
    EdgeKind,
    EdgeRecord,
    EdgeSource,
    EdgeTable,
    Streets,
    Surroundings,
)
from parcels.edges.measures import frontage_m, lot_depth_m

__all__ = [
    "CONFIDENCE_LIMIT",
    "EdgeKind",
    "EdgeRecord",
    "EdgeSource",
    "EdgeTable",
    "Streets",
    "Surroundings",
    "classify_edges",
    "frontage_m",
    "lot_depth_m",
]
