"""The linter's remarks as sentences, in the active language; complete for its codes.

Codes of kinds, variables and districts stay as the rulebook writes them: the reader has the file
open and looks for them there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zoning.rules.lint import Remark, Severity
from zoning.rules.reading import RulebookError

SEVERITIES: dict[str, Any] = {
    Severity.ERROR: _("error"),
    Severity.WARNING: _("warning"),
}

SENTENCES: dict[str, Any] = {
    "gap": _("No row holds %(cell)s; close the gap, or such a file always needs review."),
    "gap_between_counts": _(
        "No row holds %(cell)s; if halves are counted, begin the next row where this one ends."
    ),
    "table_ends": _("No row holds %(cell)s; add one unless such values cannot occur."),
    "table_tangled": _("The rows overlap in too many ways to be checked; split the table."),
    "overlap": _(
        "Rows %(first)s and %(second)s both hold %(cell)s, with different values; leave the bound "
        "out of one of them."
    ),
    "redundant_rows": _("Rows %(first)s and %(second)s both hold %(cell)s, with the same value."),
    "row_covered": _("Row %(row)s never decides: earlier rows of the same value hold all of it."),
    "row_below_zero": _("Row %(row)s holds nothing: all its values lie below zero."),
    "condition_never": _("The condition is never met, whatever the answers; correct or remove it."),
    "rule_ended": _(
        "The rule ended on %(to)s, before the instrument of %(made)s; it never decides."
    ),
    "rule_shadowed": _("The rule never decides: on each of its days the later %(by)s goes first."),
    "rule_looser": _("The rule never decides: of the same day, %(by)s is stricter."),
    "days_without_rule": _(
        "No such rule holds from %(from)s to %(last)s. “to” is the first day without the rule: end "
        "the earlier one on the day that this one begins."
    ),
    "contradiction": _(
        "“%(limit)s” contradicts “%(with_limit)s” of %(other)s: every such file needs review."
    ),
    "no_value": _("“%(formula)s” never gives a number, whatever the answers."),
    "no_base": _("The rule adds to a limit, or takes off it, but no rule sets that limit."),
    "discretion_idle": _(
        "A discretion as far as %(reach)s leaves the authority nothing: the limit itself is "
        "%(limit)s."
    ),
    "overlay_undeclared": _("The overlay “%(name)s” is not declared; is its code right?"),
    "overlay_misspelt": _("“%(name)s” is no kind of overlay; is “%(meant)s” meant?"),
    "parcel_misspelt": _("“%(reference)s” is no parcel; write block and number, such as 125/7."),
    "cliff": _("From one row to the next the value goes from %(from)s to %(to)s, at %(at)s."),
    "against_trend": _(
        "The value goes from %(from)s to %(to)s for %(cell)s, against the direction of the others."
    ),
    "formula_jump": _("At %(at)s the one row gives %(from)s and the next %(to)s."),
    "above_whole": _("%(value)s is more than the whole; the limit can never be reached."),
    "implausible": _("%(value)s is not plausible; expected is %(low)s to %(high)s."),
    "implausible_unit": _(
        "%(value)s is not plausible; expected is %(low)s to %(high)s. Is the number in "
        "“%(instead)s”?"
    ),
    "tenfold": _("The previous version says %(before)s, this one %(now)s; is a digit wrong?"),
    "rules_vanished": _("Rules of the previous version are gone: %(rules)s."),
    "unused_uses": _("No rule names these uses: %(uses)s."),
    "unused_districts": _("No rule names these districts: %(districts)s."),
    "mandatory_without_rule": _(
        "%(kind)s is mandatory, but has no rule in %(districts)s: nothing ever complies there."
    ),
    "text_missing": _("The text is missing in: %(languages)s."),
    "name_missing": _("%(place)s is missing in: %(languages)s."),
}


@dataclass(frozen=True)
class Said:
    """A remark or a mistake as a person reads it: where, how grave, and the sentence."""

    line: int
    severity: Severity
    code: str
    rule_id: str
    sentence: str

    def as_line(self, file: str = "") -> str:
        """``rules.yaml:12: error: R1-height: …``; without a file from the line on."""
        place = f"{file}:{self.line}" if file else gettext("line %(line)s") % {"line": self.line}
        return f"{place}: {SEVERITIES[self.severity]}: {self.told()}"

    def told(self) -> str:
        """The sentence, with the rule that it is about."""
        return f"{self.rule_id}: {self.sentence}" if self.rule_id else self.sentence


def say(remark: Remark) -> Said:
    """A remark in the active language."""
    sentence = str(SENTENCES[remark.code]) % remark.facts
    return Said(remark.line, remark.severity, remark.code, remark.rule_id, sentence)


def say_mistakes(error: RulebookError) -> list[Said]:
    """What kept a rulebook from being loaded, in the same form as remarks."""
    said = []
    for problem in error.problems:
        match = re.fullmatch(r"line (\d+): (.*)", problem, re.DOTALL)
        line, sentence = (int(match[1]), match[2]) if match else (1, problem)
        said.append(Said(line, Severity.ERROR, "mistake", "", sentence))
    return said
