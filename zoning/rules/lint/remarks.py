"""What the linter says, and what it looks at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from zoning.rules.quantities import UNITS, Unit, plain
from zoning.rules.reading import Source
from zoning.rules.rulebook import CompiledRule, Rulebook


class Severity(StrEnum):
    """How much a remark matters."""

    ERROR = "error"
    WARNING = "warning"


# Every code that a check may use. An error withholds verdicts or makes them wrong.
SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {
        "gap": Severity.ERROR,
        "gap_between_counts": Severity.WARNING,
        "table_ends": Severity.WARNING,
        "table_tangled": Severity.WARNING,
        "overlap": Severity.ERROR,
        "redundant_rows": Severity.WARNING,
        "row_covered": Severity.WARNING,
        "row_below_zero": Severity.WARNING,
        "condition_never": Severity.ERROR,
        "rule_ended": Severity.WARNING,
        "rule_shadowed": Severity.WARNING,
        "rule_looser": Severity.WARNING,
        "days_without_rule": Severity.WARNING,
        "contradiction": Severity.ERROR,
        "no_value": Severity.ERROR,
        "no_base": Severity.ERROR,
        "discretion_idle": Severity.WARNING,
        "overlay_undeclared": Severity.WARNING,
        "overlay_misspelt": Severity.WARNING,
        "parcel_misspelt": Severity.WARNING,
        "cliff": Severity.WARNING,
        "against_trend": Severity.WARNING,
        "formula_jump": Severity.WARNING,
        "above_whole": Severity.ERROR,
        "implausible": Severity.WARNING,
        "implausible_unit": Severity.WARNING,
        "tenfold": Severity.WARNING,
        "rules_vanished": Severity.WARNING,
        "unused_uses": Severity.WARNING,
        "unused_districts": Severity.WARNING,
        "mandatory_without_rule": Severity.WARNING,
        "text_missing": Severity.WARNING,
        "name_missing": Severity.WARNING,
    }
)


@dataclass(frozen=True)
class Remark:
    """One thing to look at: a code and its facts, the line of the file, the rule if it is one's."""

    code: str
    line: int
    rule_id: str
    facts: Mapping[str, str]

    @property
    def severity(self) -> Severity:
        return SEVERITIES[self.code]


@dataclass(frozen=True)
class Subject:
    """The rulebook under the lens, with its text and the version before it."""

    rulebook: Rulebook
    source: Source
    previous: Rulebook | None = None

    def rules(self) -> Iterator[tuple[int, CompiledRule]]:
        """Each rule with its place in the file."""
        return enumerate(self.rulebook.rules)

    def on_rule(self, code: str, index: int, *where: int | str, **facts: str) -> Remark:
        """A remark on a rule, or a place within it."""
        line = self.source.line("rules", index, *where)
        return Remark(code, line, self.rulebook.rules[index].id, facts)

    def on_file(self, code: str, *where: int | str, **facts: str) -> Remark:
        """A remark on a place outside the rules."""
        return Remark(code, self.source.line(*where), "", facts)


def in_legal_unit(value: Decimal, unit: Unit | None) -> str:
    """An SI value as the law writes it: the number and its unit."""
    legal = unit or UNITS["ratio"]
    return f"{plain(legal.from_si(value))} {legal.symbol}"
