"""What happens at the corners of boundaries once their segments are shifted inward.

Corners are *rounded* (the true distance from the edge) or *mitred* (shifted edges run straight
until they meet; rounded where that lies too far out). Metric CRS, metres, radians.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from zoning.rules.boundaries import BoolArray, Boundaries, FloatArray, IntArray

# An arc is drawn by chords that leave it by no more than this: half of the length tolerance.
SAGITTA_M = 0.0005
# A corner is mitred unless the boundary turns too sharply outward, or too little into the land: at
# outward corners equal strips meet within ten times their width; at inward ones a strip runs on for
# less than twice its own. The turn alone decides, so that a wider strip never takes off less.
MOST_OUTWARD = 2 * float(np.arccos(1 / 10))
LEAST_INWARD = float(np.arcsin(1 / 2))
# Turns below this (in radians) are straight on; beyond the other the boundary turns back on itself.
STRAIGHT = 1e-9
SPIKE = np.pi - 1e-6


@dataclass(frozen=True)
class Corners:
    """What happens at each corner of the boundaries, between the segment that arrives there and the
    one that leaves, of which each has its own width.

    ``turn`` is to the left. The shifted segments meet ``back`` m before the corner's perpendicular
    (along the arriving segment, negative) and ``ahead`` m along the leaving one. Where they do not,
    the corner's ``disc`` is needed from the angle ``begin`` down to ``end``, counted from the
    direction of arrival. ``mitre`` says that the strips do not end there, by the rule of corners:
    at an outward corner the shifted segments run on until they meet, beyond both strips; at an
    inward one each strip runs on as far as the line of the other segment, for itself. Both disc and
    mitre are where the wider strip's disc stands out above the narrower strip.
    """

    xy: FloatArray
    arriving: FloatArray
    turn: FloatArray
    width_in: FloatArray
    width_out: FloatArray
    length_in: FloatArray
    length_out: FloatArray
    back: FloatArray
    ahead: FloatArray
    begin: FloatArray
    end: FloatArray
    disc: BoolArray
    mitre: BoolArray

    @property
    def inward(self) -> BoolArray:
        """The mitred corners where the boundary turns into the land."""
        result: BoolArray = self.mitre & (self.turn > 0)
        return result

    @property
    def widest(self) -> FloatArray:
        return np.maximum(self.width_in, self.width_out)

    def places(self, corner: IntArray, forth: FloatArray, across: FloatArray) -> FloatArray:
        """Points seen from corners: so far along the direction of arrival, so far to its left."""
        ahead = self.arriving[corner]
        left = np.column_stack((-ahead[:, 1], ahead[:, 0]))
        result: FloatArray = self.xy[corner] + forth[:, None] * ahead + across[:, None] * left
        return result

    def chords(self) -> IntArray:
        """How many chords draw the arc of each corner's disc; none where there is no disc."""
        swept = np.where(self.disc, self.begin - self.end, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            chord = 2 * np.arccos(np.clip(1 - SAGITTA_M / self.widest, -1, 1))
            number = np.nan_to_num(np.ceil(swept / chord), nan=1.0)
        result: IntArray = np.where(self.disc, np.maximum(number, 1), 0).astype(np.int64)
        return result

    def on_arc(
        self, corner: IntArray, nth: IntArray, chords: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """The nth point of the arc of each corner, seen from the corner: forth and across."""
        share = np.clip(nth / np.maximum(chords[corner], 1), 0, 1)
        angle = self.begin[corner] + share * (self.end - self.begin)[corner]
        radius = self.widest[corner]
        return radius * np.cos(angle), radius * np.sin(angle)


def corners_of(bounds: Boundaries, width: FloatArray, rule: str) -> Corners:
    """Measure every corner. ``width`` is that of the segment which begins there."""
    step = bounds.xy[bounds.after] - bounds.xy
    length = np.hypot(*step.T)
    along = step / length[:, None]
    before = np.empty(len(length), dtype=np.int64)
    before[bounds.after] = np.arange(len(length))
    into, out = along[before], along
    width_in, width_out = width[before], width
    turn = np.arctan2(into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0], (into * out).sum(axis=1))
    straight = np.abs(turn) < STRAIGHT
    widest = np.maximum(width_in, width_out)
    with np.errstate(divide="ignore", invalid="ignore"):
        share_in, share_out = (
            np.where(widest > 0, own / widest, 1.0) for own in (width_in, width_out)
        )
        back = (width_in * np.cos(turn) - width_out) / np.sin(turn)
    back = np.where(straight, 0.0, back)
    ahead = np.where(straight, 0.0, back * np.cos(turn) + width_in * np.sin(turn))
    begin = np.pi / 2 + np.arccos(share_in)
    end = turn + np.arcsin(share_out)
    beyond = (begin - end > STRAIGHT) & (widest > 0) & ~(straight & (width_in == width_out))
    mitre = np.zeros(len(turn), dtype=bool)
    if rule == "mitred":
        inward = (turn >= LEAST_INWARD) & (turn < np.pi / 2) & (widest > 0)
        outward = (turn < 0) & (turn >= -MOST_OUTWARD) & (back >= 0) & (ahead <= 0)
        mitre = inward | (beyond & ~straight & outward)
    # Equal strips have the whole disc below where they meet, those that run on below where they do.
    covers_disc = mitre & ((turn > 0) | (width_in == width_out))
    return Corners(
        xy=bounds.xy,
        arriving=into,
        turn=turn,
        width_in=width_in,
        width_out=width_out,
        length_in=length[before],
        length_out=length,
        back=back,
        ahead=ahead,
        begin=begin,
        end=end,
        disc=beyond & ~covers_disc,
        mitre=mitre,
    )


def mitres(at: Corners) -> Iterator[tuple[FloatArray, IntArray]]:
    """What mitred corners take off beyond their strips, shape (n, k, 2), and whose it is.

    Kites at outward corners; at inward ones a triangle for each of the strips that run on.
    """
    corner = np.flatnonzero(at.mitre & (at.turn < 0))
    arrives, leaves = shifted_ends(at, corner)
    meeting = at.places(corner, at.back[corner], at.width_in[corner])
    yield np.stack((at.xy[corner], arrives, meeting, leaves), axis=1), corner
    for nth, width in enumerate((at.width_in, at.width_out)):
        corner = np.flatnonzero(at.inward & (width > 0))
        ends, runs = shifted_ends(at, corner)[nth], runs_on(at, corner)[nth]
        yield np.stack((at.xy[corner], ends, runs), axis=1), corner


def shifted_ends(at: Corners, corner: IntArray) -> tuple[FloatArray, FloatArray]:
    """Where the shifted arriving segment ends at these corners, and the leaving one begins."""
    turn, width_out = at.turn[corner], at.width_out[corner]
    arrives = at.places(corner, np.zeros(len(corner)), at.width_in[corner])
    leaves = at.places(corner, -width_out * np.sin(turn), width_out * np.cos(turn))
    return arrives, leaves


def runs_on(at: Corners, corner: IntArray) -> tuple[FloatArray, FloatArray]:
    """Where the shifted segments that run on at inward corners come to the other segment's line."""
    turn, width_in, width_out = at.turn[corner], at.width_in[corner], at.width_out[corner]
    arriving = at.places(corner, width_in / np.tan(turn), width_in)
    leaving = at.places(corner, -width_out / np.sin(turn), np.zeros(len(corner)))
    return arriving, leaving
