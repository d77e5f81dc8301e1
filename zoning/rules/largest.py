"""How long a building of a given width may be and still fit: the room that is left beside it.

What is shorter fits wherever the longer does, so the longest is found by dividing, all widths
together. Metric CRS, metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import shapely

from zoning.rules.boundaries import Area
from zoning.rules.fit import Fit, fit_many

# Lengths are told to a decimetre, rounded down.
STEP_M = Decimal("0.1")
# So many lengths of a width are tried at once.
TRIED = 7


def longest(area: Area, widths_m: Sequence[float]) -> list[Decimal | None]:
    """For each width, the greatest length in m, to STEP_M, of a rectangle that fits in the area.

    None where not even one of a single step fits. Raises ValueError for a width that is not
    positive.
    """
    if area.is_empty:
        return [None for _ in widths_m]
    reach = 2 * shapely.minimum_bounding_radius(area)
    # In steps: what is known to fit, and what is known not to.
    fits = [0 for _ in widths_m]
    too_long = [int(Decimal(reach) / STEP_M) + 1 for _ in widths_m]
    while True:
        tried = [
            (index, steps)
            for index in range(len(widths_m))
            for steps in _between(fits[index], too_long[index])
        ]
        if not tried:
            break
        sides = [(widths_m[index], float(steps * STEP_M)) for index, steps in tried]
        answers = fit_many([area] * len(sides), sides)
        for (index, steps), answer in zip(tried, answers, strict=True):
            if isinstance(answer, Fit):
                fits[index] = max(fits[index], steps)
            else:
                too_long[index] = min(too_long[index], steps)
    return [steps * STEP_M if steps else None for steps in fits]


def _between(fits: int, too_long: int) -> list[int]:
    """Lengths evenly between two, in steps; none where there is nothing between."""
    gap = too_long - fits
    return sorted({fits + gap * part // (TRIED + 1) for part in range(1, TRIED + 1)} - {fits})
