"""Frontage and depth of a parcel, from its classified edges."""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
import shapely

from parcels.edges.kinds import EdgeKind, FloatArray


class ClassifiedEdge(Protocol):
    """Any record of an edge: metric line with the parcel on its left, and its kind."""

    @property
    def line(self) -> shapely.LineString: ...

    @property
    def kind(self) -> str: ...


def frontage_m(edges: Iterable[ClassifiedEdge]) -> float | None:
    """Total length of the front edges of one parcel, corner cuts included; None without front."""
    lengths = [edge.line.length for edge in edges if edge.kind == EdgeKind.FRONT]
    return float(sum(lengths)) if lengths else None


def lot_depth_m(edges: Iterable[ClassifiedEdge]) -> float | None:
    """Depth of one parcel, square to its front.

    With a rear: from the mean of the front to the mean of the rear, both weighted by length.
    Without: to the farthest point of the parcel. None without a front or where the front closes
    on itself, for then there is no direction to measure in.
    """
    edges = list(edges)
    front = [edge.line for edge in edges if edge.kind == EdgeKind.FRONT]
    chords = [_chord(line) for line in front]
    chord = np.sum(chords, axis=0) if chords else np.zeros(2)
    size = float(np.hypot(*chord))
    if size < 1e-6:
        return None
    inward = np.array([-chord[1], chord[0]]) / size
    start = _mean_point(front)
    rear = [edge.line for edge in edges if edge.kind == EdgeKind.REAR]
    if rear:
        return float((_mean_point(rear) - start) @ inward)
    every = shapely.get_coordinates([edge.line for edge in edges])
    return float(((every - start) @ inward).max())


def _chord(line: shapely.LineString) -> FloatArray:
    xy = shapely.get_coordinates(line)
    result: FloatArray = xy[-1] - xy[0]
    return result


def _mean_point(lines: list[shapely.LineString]) -> FloatArray:
    centre = shapely.centroid(shapely.multilinestrings(lines))
    return np.array([centre.x, centre.y])
