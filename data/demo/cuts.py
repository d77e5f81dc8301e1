"""Cutting lines: rows of lots, lots around a cul-de-sac, irregular lots.

The lines may overshoot the block; whoever uses them clips them to it.
"""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from .geometry import XY, Box, Frame, lines_of, longest_axis, polygons_of
from .streets import Street


def rows(
    block: Polygon, *, width: float, depth: float, flags: bool, rng: np.random.Generator
) -> tuple[list[LineString], list[Point]]:
    """Two rows back to back (one, when the block is shallow), with larger lots at the corners."""
    angle, length, across = longest_axis(block)
    frame = Frame((block.centroid.x, block.centroid.y), angle)
    u0, v0, u1, v1 = frame.to_local(block).bounds
    rows = max(1, round(across / depth))
    if rows > 2:
        return _grid_of_lots(frame, (u0, v0, u1, v1), width, depth, rng), []
    lines: list[LineString] = []
    seeds: list[Point] = []
    middle = (v0 + v1) / 2
    turned = rows == 2 and length > 3.2 * depth and rng.random() < 0.35
    left, right = (u0 + depth, u1 - depth) if turned else (u0, u1)
    if rows == 2:
        lines.append(
            LineString(
                [(left if turned else u0 - 1, middle), (right if turned else u1 + 1, middle)]
            )
        )
    if turned:
        lines += _turned_ends((u0, v0, u1, v1), (left, right), width)
    for low, high in ((v0, middle), (middle, v1)) if rows == 2 else ((v0, v1),):
        street_v, back_v = (low - 1, high) if low == v0 else (high + 1, low)
        if rows == 1:
            back_v = high + 1
        at = _lot_positions(left, right, width, corner=1.0 if turned else 1.22, rng=rng)
        flag = (
            int(rng.integers(1, len(at) - 2))
            if flags and rows == 2 and len(at) > 4 and rng.random() < 0.55
            else -1
        )
        for index, u in enumerate(at[1:-1], start=1):
            if index == flag:
                cuts, seed = _flag(at[index - 1], at[index + 1], street_v, back_v)
                lines += cuts
                seeds.append(seed)
            else:
                lines.append(LineString([(u, street_v), (u, back_v)]))
        if turned:
            lines += [LineString([(u, street_v), (u, back_v)]) for u in (left, right)]
    return [frame.to_world(line) for line in lines], [frame.to_world(seed) for seed in seeds]


def _lot_positions(
    left: float, right: float, width: float, *, corner: float, rng: np.random.Generator
) -> list[float]:
    count = max(1, round((right - left) / width))
    shares = rng.uniform(0.92, 1.08, size=count)
    if count > 2:
        shares[0] *= corner
        shares[-1] *= corner
    ends = left + (right - left) * np.cumsum(shares) / shares.sum()
    return [left, *(float(end) for end in ends)]


def _turned_ends(box: Box, inner: XY, width: float) -> list[LineString]:
    """At both ends of a block the lots turn to face the cross street."""
    u0, v0, u1, v1 = box
    count = max(2, round((v1 - v0) / width))
    lines = []
    for a, b in ((u0 - 1, inner[0]), (inner[1], u1 + 1)):
        for step in range(1, count):
            v = v0 + (v1 - v0) * step / count
            lines.append(LineString([(a, v), (b, v)]))
    return lines


def _flag(
    left: float, right: float, street_v: float, back_v: float
) -> tuple[list[LineString], Point]:
    """Two lots become a front lot and a rear lot that reaches the street by a 4.5 m pole."""
    half = street_v + (back_v - street_v) * 0.52
    pole = right - 4.5
    lines = [
        LineString([(left, half), (pole, half)]),
        LineString([(pole, street_v), (pole, half)]),
    ]
    return lines, Point((pole + right) / 2, (street_v + half) / 2)


def _grid_of_lots(
    frame: Frame, box: Box, width: float, depth: float, rng: np.random.Generator
) -> list[LineString]:
    """Deep blocks: an outer row around an inner court of larger land."""
    u0, v0, u1, v1 = box
    lines = [LineString([(u0 - 1, v), (u1 + 1, v)]) for v in (v0 + depth, v1 - depth)]
    for street_v, back_v in ((v0 - 1, v0 + depth), (v1 + 1, v1 - depth)):
        for u in _lot_positions(u0, u1, width, corner=1.2, rng=rng)[1:-1]:
            lines.append(LineString([(u, street_v), (u, back_v)]))
    inner = v1 - v0 - 2 * depth
    across = max(1, round((u1 - u0) / max(inner, 1.6 * width)))
    parts = max(2, min(2 * across, round((u1 - u0) / (2.5 * width))))
    for step in range(1, parts):
        u = u0 + (u1 - u0) * step / parts
        lines.append(LineString([(u, v0 + depth), (u, v1 - depth)]))
    return [frame.to_world(line) for line in lines]


def around_a_stem(block: Polygon, stem: Street, *, width: float, depth: float) -> list[LineString]:
    """Lots along a cul-de-sac, around its turning circle, and on the outer streets."""
    (x0, y0), (x1, y1) = stem.line.coords[0], stem.line.coords[-1]
    frame = Frame((x0, y0), math.atan2(y1 - y0, x1 - x0))
    u0, v0, u1, v1 = frame.to_local(block).bounds
    tip = math.dist((x0, y0), (x1, y1))
    back = max(tip + 16.0, u1 - depth)
    lines = [LineString([(back, v0 - 1), (back, v1 + 1)])]
    for v in _lot_positions_even(v0, v1, width):
        lines.append(LineString([(back, v), (u1 + 1, v)]))
    for outer, column in ((v0 - 1, (v0 - 5.0) / 2), (v1 + 1, (v1 + 5.0) / 2)):
        lines.append(LineString([(u0 - 1, column), (back, column)]))
        stop = tip - 8.0
        for u in [*_lot_positions_even(u0, stop, width), stop]:
            lines.append(LineString([(u, column), (u, 0.0)]))
        for u in _lot_positions_even(u0, back, width):
            lines.append(LineString([(u, outer), (u, column)]))
        reach = math.copysign(120.0, column)
        lines.append(LineString([(tip, 0.0), (tip + 120.0, reach)]))
    lines.append(LineString([(tip, 0.0), (back, 0.0)]))
    core = shapely.box(-10, (v0 - 5.0) / 2, back, (v1 + 5.0) / 2)
    trimmed = [
        line if _is_axis(line) else LineString(line.intersection(core).coords) for line in lines
    ]
    return [frame.to_world(line) for line in trimmed]


def _is_axis(line: LineString) -> bool:
    (a, b), (c, d) = line.coords[0], line.coords[-1]
    return abs(a - c) < 1e-9 or abs(b - d) < 1e-9


def _lot_positions_even(low: float, high: float, width: float) -> list[float]:
    count = max(1, round((high - low) / width))
    return [low + (high - low) * step / count for step in range(1, count)]


def split_again_and_again(
    block: Polygon, *, goal_m2: float, rng: np.random.Generator
) -> list[LineString]:
    """Irregular lots: cut across the long side, a little askew, until each is small enough."""
    lines: list[LineString] = []
    pending = [block]
    while pending:
        piece = pending.pop()
        goal = goal_m2 * float(np.exp(rng.normal(0.28, 0.36)))
        if piece.area < goal:
            continue
        angle, length, across = longest_axis(piece)
        box = shapely.minimum_rotated_rectangle(piece).centroid
        frame = Frame((box.x, box.y), angle)
        at = float(rng.uniform(-0.13, 0.13)) * length
        lean = math.tan(math.radians(float(rng.uniform(-7, 7))))
        reach = across / 2 + 3
        cut = frame.to_world(LineString([(at - reach * lean, -reach), (at + reach * lean, reach)]))
        inside = lines_of(cut.intersection(piece.buffer(0.05)))
        lines += inside
        pending += polygons_of(piece.difference(cut.buffer(1e-6)), min_area_m2=4.0)
    return lines
