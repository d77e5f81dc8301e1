"""The comparison added up: a row per dimension, and every disagreement with its reason."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TextIO

from permits.appeals.comparison import Exclusion, Pair, Reason
from permits.appeals.dimensions import DIMENSIONS


@dataclass
class Score:
    """Agreements out of comparable pairs."""

    agreed: int = 0
    of: int = 0

    def add(self, agrees: bool) -> None:
        self.agreed += agrees
        self.of += 1

    @property
    def share(self) -> float | None:
        """0..1, or None where nothing could be compared."""
        return self.agreed / self.of if self.of else None

    def as_dict(self) -> dict[str, Any]:
        return {"agreed": self.agreed, "of": self.of, "share": self.share}


@dataclass
class Row:
    """One dimension, added up."""

    key: str
    applications: int = 0
    requested_read: int = 0
    ordinance_read: int = 0
    limits: Score = field(default_factory=Score)
    verdicts: Score = field(default_factory=Score)
    rule_stated: Score = field(default_factory=Score)
    same_limit: Score = field(default_factory=Score)
    baseline: Score = field(default_factory=Score)
    excluded: Counter[Exclusion] = field(default_factory=Counter)
    reasons: Counter[Reason] = field(default_factory=Counter)

    def add(self, pair: Pair, baseline: Pair | None) -> None:
        self.applications += 1
        self.requested_read += pair.statement.requested.is_number
        self.ordinance_read += pair.statement.ordinance.is_number
        if pair.limit_equal is not None:
            self.limits.add(pair.limit_equal)
        if pair.exclusion:
            self.excluded[pair.exclusion] += 1
        if pair.agrees is not None:
            self.verdicts.add(pair.agrees)
            if pair.states_a_rule:
                self.rule_stated.add(pair.agrees)
            if pair.limit_equal:
                self.same_limit.add(pair.agrees)
        if pair.agrees is False and pair.reason:
            self.reasons[pair.reason] += 1
        if baseline is not None and baseline.agrees is not None:
            self.baseline.add(baseline.agrees)

    def as_dict(self) -> dict[str, Any]:
        return {
            "dimension": self.key,
            "applications": self.applications,
            "requested_read": self.requested_read,
            "ordinance_read": self.ordinance_read,
            "limit_equal": self.limits.as_dict(),
            "verdict_equal": self.verdicts.as_dict(),
            "verdict_equal_where_a_rule_is_stated": self.rule_stated.as_dict(),
            "verdict_equal_where_the_limit_is_equal": self.same_limit.as_dict(),
            "baseline_verdict_equal": self.baseline.as_dict(),
            "excluded": {kind.value: count for kind, count in self.excluded.most_common()},
            "disagreements": {kind.value: count for kind, count in self.reasons.most_common()},
        }


def summarise(pairs: Iterable[Pair], baseline: Mapping[tuple[str, str], Pair]) -> list[Row]:
    """A row per dimension in the order of the form, and a last row `all` with their sums.

    `baseline` holds the naive pairs by (application number, dimension key).
    """
    rows = {dimension.key: Row(dimension.key) for dimension in DIMENSIONS}
    total = Row("all")
    for pair in pairs:
        naive = baseline.get((pair.appeal.number, pair.dimension.key))
        rows[pair.dimension.key].add(pair, naive)
        total.add(pair, naive)
    return [*rows.values(), total]


_HEADINGS = ("dimension", "requested", "ordinance", "limit equal", "verdict equal", "rule stated")


def as_text(rows: Iterable[Row]) -> str:
    """The table for a terminal, then what was excluded and why verdicts differ."""
    rows = list(rows)
    lines = [
        f"{_HEADINGS[0]:<22} {_HEADINGS[1]:>9} {_HEADINGS[2]:>9}"
        f" {_HEADINGS[3]:>18} {_HEADINGS[4]:>18} {_HEADINGS[5]:>18} {'flat baseline':>18}"
    ]
    for row in rows:
        scores = (row.limits, row.verdicts, row.rule_stated, row.baseline)
        lines.append(
            f"{row.key:<22} {row.requested_read:>9} {row.ordinance_read:>9} "
            + " ".join(f"{_score(score):>18}" for score in scores)
        )
    total = rows[-1]
    lines += ["", f"Verdicts equal where the limits are: {_score(total.same_limit)}"]
    lines += ["", "Pairs not compared:"]
    lines += [f"  {count:>5}  {kind.value}" for kind, count in total.excluded.most_common()]
    lines += ["", "Verdicts that differ:"]
    lines += [f"  {count:>5}  {kind.value}" for kind, count in total.reasons.most_common()]
    return "\n".join(lines)


def _score(score: Score) -> str:
    if score.share is None:
        return "-"
    return f"{score.agreed}/{score.of} {score.share:6.1%}"


DISAGREEMENT_COLUMNS = (
    "application",
    "date",
    "dimension",
    "zone_stated",
    "zone_judged",
    "existing",
    "requested",
    "ordinance",
    "our_limit",
    "our_limit_high",
    "implied",
    "ours",
    "rule",
    "reason",
)


def write_disagreements(pairs: Iterable[Pair], target: TextIO) -> int:
    """Every pair whose verdicts differ, a line each, without names or addresses; how many."""
    writer = csv.writer(target)
    writer.writerow(DISAGREEMENT_COLUMNS)
    count = 0
    for pair in pairs:
        if pair.agrees is not False:
            continue
        count += 1
        statement, ours = pair.statement, pair.judgement
        writer.writerow(
            [
                pair.appeal.number,
                pair.appeal.date.isoformat(),
                pair.dimension.key,
                pair.appeal.stated_zone_text,
                ours.zone,
                _values(statement.existing.values),
                _values(statement.requested.values),
                _values(statement.ordinance.values),
                _value(ours.limit),
                _value(ours.limit_high),
                pair.implied,
                ours.verdict,
                ours.rule,
                pair.reason.value if pair.reason else "",
            ]
        )
    return count


def _values(values: tuple[Decimal, ...]) -> str:
    return " / ".join(_value(value) for value in values)


def _value(value: Decimal | None) -> str:
    return "" if value is None else f"{value.quantize(Decimal('0.001')).normalize():f}"
