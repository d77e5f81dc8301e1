"""Which limit holds: scope, date, conditions, precedence, and how a higher rule combines.

A parcel note goes before an overlay, an overlay before the zone, the zone before the plan, the plan
before the nation; within one level the later enactment goes first, and of two rules of the same day
the stricter holds. Where a condition can not be answered, every possible limit is returned, so that
the verdict can be given when it is the same in all of them and withheld when it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import product
from typing import NamedTuple

from parcels.edges import EdgeKind
from zoning.rules.case import Case, Part
from zoning.rules.expressions import Value
from zoning.rules.findings import Reason
from zoning.rules.once import cached_property
from zoning.rules.quantities import UNITS, plain, settled
from zoning.rules.records import record
from zoning.rules.rulebook import CompiledRule, Formula
from zoning.rules.trace import Step, ToldWhenRead
from zoning.rules.variables import unit_of

BOUNDS = ("min", "max", "exact")
MAX_OPEN_CONDITIONS = 4
# Beyond this many different values of its variables a group forgets what it remembers.
MOST_REMEMBERED = 20_000
ROUNDINGS = {"up": ROUND_CEILING, "down": ROUND_FLOOR, "nearest": ROUND_HALF_UP}


@record(frozen=True)
class Limit:
    """A limit in SI and the way to it; without a value when exempt or not to be known.

    ``relaxed`` is how far the authority may go beyond the value, where the rule says so.
    """

    rule: CompiledRule
    value: Decimal | None
    trace: tuple[Step, ...] = ()
    reason: Reason = Reason.NONE
    missing: tuple[str, ...] = ()
    exempt: bool = False
    names: frozenset[str] = field(default_factory=frozenset)
    relaxed: Decimal | None = None

    @property
    def loosest(self) -> Decimal | None:
        """The limit that holds once the authority has gone as far as it may."""
        return self.value if self.relaxed is None else self.relaxed


class Asked(NamedTuple):
    """The strictest of the limits that may hold (None: not known), the loosest, and whose."""

    strict: Decimal | None
    relaxed: Decimal
    rules: tuple[str, ...]


class Limits(tuple[Limit | None, ...]):
    """The limits that may hold: one where every condition is known; None stands for no rule."""

    @cached_property
    def asked(self) -> Asked:
        """What a lower limit may come to at the most and must come to at the least."""
        strict: Decimal | None = Decimal(0)
        loosest: list[Decimal] = []
        rules: list[str] = []
        for limit in self:
            if limit is None or limit.exempt:
                loosest.append(Decimal(0))
                continue
            rules.append(limit.rule.id)
            loosest.append(limit.loosest or Decimal(0))
            strict = None if limit.value is None or strict is None else max(strict, limit.value)
        return Asked(strict, min(loosest), tuple(dict.fromkeys(rules)))


class Group:
    """Rules of one kind and bound that can hold on one kind of ground, on one day.

    What they come to depends on the values of ``names`` alone, so it is remembered: most parcels
    of a district ask the same.
    """

    __slots__ = ("_known", "bound", "names", "rules", "splits")

    def __init__(self, bound: str, rules: tuple[CompiledRule, ...]) -> None:
        self.bound = bound
        self.rules = rules
        self.names = tuple(sorted(frozenset[str]().union(*(rule.names for rule in rules))))
        # How its rules want split ground to be judged.
        self.splits = frozenset(rule.rule.split for rule in rules)
        self._known: dict[tuple[Value, ...], Limits] = {}

    def limits(self, values: Mapping[str, Value]) -> Limits:
        """The limits that may hold for these values."""
        key = tuple([values.get(name) for name in self.names]) if self.names else ()
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            found = self._known[key] = resolve(self.rules, values)
        return found


def in_scope(rule: CompiledRule, on: date, *, part: Part, edge_kind: EdgeKind | None) -> bool:
    """Whether a rule can hold here at all: place, date and edge; its condition aside."""
    scope = rule.rule.scope
    if not rule.rule.valid.includes(on):
        return False
    if rule.rule.edges and (edge_kind is None or edge_kind not in rule.rule.edges):
        return False
    if scope.districts:
        return part.district in scope.districts
    if scope.overlays:
        return not part.overlays.isdisjoint(scope.overlays)
    if scope.parcels:
        return not part.parcels.isdisjoint(scope.parcels)
    return True


Groups = list[tuple[Part, tuple[Group, ...]]]


def groups(
    case: Case, kind: str, *, edge_kind: EdgeKind | None = None, above: str | None = None
) -> Groups:
    """For every part of the site the rules of a kind that can hold there, by bound as in BOUNDS.

    Of setbacks, those for the part of the building above a height (``above``, as it is written)
    are a group of their own.
    """
    key = ("groups", kind, edge_kind, above)
    found: Groups | None = case.memory.get(key)
    if found is None:
        found = case.memory[key] = [
            (part, _groups_on(case, part, kind, edge_kind, above)) for part in case.parts
        ]
    return found


def _groups_on(
    case: Case, part: Part, kind: str, edge_kind: EdgeKind | None, above: str | None
) -> tuple[Group, ...]:
    remembered = case.memory_of(part)
    key = (kind, edge_kind, above)
    found: tuple[Group, ...] | None = remembered.get(key)
    if found is None:
        here = [
            rule
            for rule in case.rulebook.of_kind(kind)
            if in_scope(rule, case.on, part=part, edge_kind=edge_kind)
            and (rule.rule.above == above or kind != "setback")
        ]
        found = remembered[key] = tuple(
            Group(bound, of_bound)
            for bound in BOUNDS
            if (of_bound := tuple(rule for rule in here if rule.rule.bound == bound))
        )
    return found


def resolve(here: Sequence[CompiledRule], values: Mapping[str, Value]) -> Limits:
    """The limits that rules in scope may come to: one when every condition is known."""
    if len(here) == 1 and here[0].condition is None:
        return Limits((_fold(here, values),))
    truths = [condition_of(rule, values) for rule in here]
    if None not in truths:
        holding = [rule for rule, holds in zip(here, truths, strict=True) if holds]
        return Limits((_fold(holding, values),))
    open_rules = [rule for rule, holds in zip(here, truths, strict=True) if holds is None]
    unanswered = unanswered_by(open_rules, values)
    if len(open_rules) > MAX_OPEN_CONDITIONS:
        unknown = Limit(
            open_rules[0],
            None,
            reason=Reason.MISSING_INPUT,
            missing=tuple(sorted(unanswered)),
            names=unanswered,
        )
        return Limits((unknown,))
    limits: list[Limit | None] = []
    for chosen in possible_rules(here, values):
        limit = _fold(chosen, values)
        if limit is not None:
            limit = replace(limit, missing=tuple(sorted({*limit.missing, *unanswered})))
        limits.append(limit)
    return Limits(limits)


def condition_of(rule: CompiledRule, values: Mapping[str, Value]) -> bool | None:
    """Whether the rule's condition holds; None where an answer to it is missing."""
    truth = True if rule.condition is None else rule.condition.evaluate(values)
    return truth if isinstance(truth, bool) else None


def possible_rules(
    rules: Sequence[CompiledRule], values: Mapping[str, Value]
) -> Iterator[list[CompiledRule]]:
    """Every set of rules that may hold: each open condition once taken as met, once as not."""
    open_rules = [rule for rule in rules if condition_of(rule, values) is None]
    for choice in product((True, False), repeat=len(open_rules)):
        taken = {rule.id for rule, is_taken in zip(open_rules, choice, strict=True) if is_taken}
        yield [rule for rule in rules if condition_of(rule, values) or rule.id in taken]


def unanswered_by(rules: Sequence[CompiledRule], values: Mapping[str, Value]) -> frozenset[str]:
    """The answers that the open conditions of these rules still wait for."""
    open_conditions = [
        rule.condition
        for rule in rules
        if rule.condition is not None and condition_of(rule, values) is None
    ]
    names = frozenset[str]().union(*(condition.names() for condition in open_conditions))
    return frozenset(name for name in names if values.get(name) is None)


def _fold(rules: Sequence[CompiledRule], values: Mapping[str, Value]) -> Limit | None:
    """Apply the rules from the lowest level to the highest."""
    if len(rules) == 1 and rules[0].rule.combine == "replace":
        return _rounded(amount(rules[0], values))
    current: Limit | None = None
    for level in sorted({rule.level for rule in rules}):
        here = [rule for rule in rules if rule.level == level]
        base = _strictest([rule for rule in here if rule.rule.combine == "replace"], values)
        if base is not None:
            current = base if current is None else _replaced(current, base)
        for rule in here:
            if rule.rule.combine != "replace":
                current = _combined(current, rule, values)
    return None if current is None else _rounded(current)


def _replaced(lower: Limit, higher: Limit) -> Limit:
    note = Step("replaces", {"rule": lower.rule.id})
    return replace(higher, trace=(*higher.trace, note))


def _strictest(rules: Sequence[CompiledRule], values: Mapping[str, Value]) -> Limit | None:
    """Of rules of one level: the latest enacted; of those of one day the strictest."""
    if not rules:
        return None
    if len(rules) == 1:
        return amount(rules[0], values)
    latest = max(rule.rule.valid.from_ or date.min for rule in rules)
    limits = [
        amount(rule, values) for rule in rules if (rule.rule.valid.from_ or date.min) == latest
    ]
    for limit in limits:
        if limit.value is None:
            return limit
    chosen = limits[0]
    for limit in limits[1:]:
        chosen = _tighter(chosen, limit)
    others = tuple(Step("also", {"rule": one.rule.id}) for one in limits if one is not chosen)
    return replace(chosen, trace=(*chosen.trace, *others))


def _tighter(first: Limit, second: Limit) -> Limit:
    """The stricter of two limits; a conflict where no number tells which that is."""
    if first.value is None or second.value is None:
        return first if first.value is None else second
    differ = first.rule.rule.bound == "exact" and first.value != second.value
    if differ or _measured_by(first) != _measured_by(second):
        return replace(first, value=None, reason=Reason.CONFLICT)
    lower_wins = first.rule.rule.bound == "max"
    return first if (first.value <= second.value) is lower_wins else second


def _measured_by(limit: Limit) -> tuple[object, ...]:
    """What a limit counts from: ratios of different areas can not be compared as numbers.

    Nor can a share and an area, or heights above different levels of the ground.
    """
    rule = limit.rule.rule
    return rule.base, frozenset(rule.exempt_uses), rule.datum, _dimension(limit)


def _dimension(limit: Limit) -> int | None:
    return limit.rule.unit.dimension if limit.rule.unit else None


def _combined(
    current: Limit | None, rule: CompiledRule, values: Mapping[str, Value]
) -> Limit | None:
    """A higher rule that modifies what the lower ones say."""
    how = rule.rule.combine
    facts = {"rule": rule.id, "how": how}
    if how == "exempt":
        trace = (*(current.trace if current else ()), Step("exempt", facts))
        return Limit(rule, None, trace, exempt=True)
    own = amount(rule, values)
    if current is None:
        if how in ("add", "subtract"):
            return replace(own, value=None, reason=Reason.NO_BASE_RULE)
        return own
    if current.exempt:
        return current
    if own.value is None or current.value is None:
        return own if own.value is None else current
    names = own.names | current.names
    if how in ("add", "subtract"):
        if _dimension(own) != _dimension(current):
            return replace(own, value=None, reason=Reason.CONFLICT)
        change = own.value if how == "add" else -own.value
        value = settled(current.value + change)
        relaxed = None if current.relaxed is None else settled(current.relaxed + change)
        step = Step("combined", {**facts, "result": shown(value, rule)})
        trace = (*current.trace, *own.trace, step)
        return replace(current, value=value, relaxed=relaxed, trace=trace, names=names)
    tighter = _tighter(current, own)
    if tighter.value is None:
        return tighter
    chosen = tighter if how == "most_restrictive" else (own if tighter is current else current)
    step = Step("combined", {**facts, "by": chosen.rule.id})
    return replace(chosen, trace=(*current.trace, *own.trace, step), names=names)


def _rounded(limit: Limit) -> Limit:
    mode = limit.rule.rule.rounding
    if limit.value is None or mode == "none":
        return limit
    # Rounded in the unit of the law: 33.5 % becomes 33 %, and 10.2 ft becomes 11 ft.
    unit = limit.rule.unit or UNITS["ratio"]
    legal = settled(unit.from_si(limit.value))
    value = unit.to_si(legal.to_integral_value(ROUNDINGS[mode]))
    step = Step("rounded", {"how": mode, "result": shown(value, limit.rule)})
    return replace(limit, value=value, trace=(*limit.trace, step))


def further(rule: CompiledRule, field_name: str, values: Mapping[str, Value]) -> Limit:
    """One of the further amounts of a rule, such as ``above`` or ``within``, in SI."""
    return _of_formula(rule, rule.further[field_name], values)


def least(
    case: Case, kind: str, *, comparable: Callable[[Limit], Decimal | None] | None = None
) -> tuple[Decimal | None, bool]:
    """The strictest upper limit of a kind on any part of the site, and whether nothing is open.

    ``comparable`` gives limits as numbers of one measure, where they count from different areas or
    levels; None for one of which that is not known.
    """
    found: list[Decimal] = []
    sure = True
    for part, here in groups(case, kind):
        for group in here:
            if group.bound != "max":
                continue
            limits = group.limits(case.values(district=part.district))
            sure &= len(limits) == 1
            for limit in limits:
                if limit is None or limit.exempt:
                    continue
                value = limit.value
                if value is not None and comparable is not None:
                    value = comparable(limit)
                if value is None:
                    sure = False
                else:
                    found.append(value)
    return min(found, default=None), sure


# --- the amount of one rule -------------------------------------------------------------------


def amount(rule: CompiledRule, values: Mapping[str, Value]) -> Limit:
    """What one rule says, with the formula and its values in the trace."""
    return _with_discretion(_strict_amount(rule, values), values)


def _strict_amount(rule: CompiledRule, values: Mapping[str, Value]) -> Limit:
    first = rule.first_step
    if rule.formula is not None:
        return _of_formula(rule, rule.formula, values, first)
    axes = frozenset(rule.rows[0].intervals) if rule.rows else frozenset()
    missing = tuple(sorted(name for name in axes if values.get(name) is None))
    if missing:
        return Limit(rule, None, (first,), Reason.MISSING_INPUT, missing, names=axes)
    matching = [
        row
        for row in rule.rows
        if all(
            isinstance(value := values[name], Decimal) and interval.includes(value)
            for name, interval in row.intervals.items()
        )
    ]
    if not matching:
        return Limit(rule, None, (first,), Reason.NO_TABLE_ROW, names=axes)
    found = [
        _of_formula(
            rule,
            row.formula,
            values,
            first,
            Step(
                "row",
                {
                    "row": {name: one.text for name, one in row.intervals.items()},
                    "values": _values({name: values.get(name) for name in sorted(axes)}),
                },
            ),
        )
        for row in matching
    ]
    if len({limit.value for limit in found}) > 1:
        return Limit(rule, None, (first,), Reason.CONFLICT, names=axes)
    return replace(found[0], names=found[0].names | axes)


def _of_formula(
    rule: CompiledRule, formula: Formula, values: Mapping[str, Value], *before: Step
) -> Limit:
    value = formula.node.evaluate(values)
    names = formula.names()
    if not isinstance(value, Decimal):
        missing = tuple(sorted(name for name in names if values.get(name) is None))
        reason = Reason.MISSING_INPUT if missing else Reason.UNDEFINED_VALUE
        return Limit(rule, None, before, reason, missing, names=names)
    read = {name: values.get(name) for name in names}
    facts = ToldWhenRead(_formula_facts, rule, formula, value, read)
    step = Step("value" if formula.constant is not None else "formula", facts)
    return Limit(rule, settled(value), (*before, step), names=names)


def _formula_facts(
    rule: CompiledRule, formula: Formula, value: Decimal, read: Mapping[str, Value]
) -> dict[str, object]:
    facts: dict[str, object] = {"formula": formula.text, "result": shown(value, rule)}
    if read:
        facts["values"] = _values(dict(sorted(read.items())))
    return facts


def _with_discretion(limit: Limit, values: Mapping[str, Value]) -> Limit:
    """The limit with how far the authority may go, where its rule says so and it is known."""
    rule = limit.rule
    if limit.value is None or "at_discretion" not in rule.further:
        return limit
    relaxed = rule.further["at_discretion"].node.evaluate(values)
    if not isinstance(relaxed, Decimal):
        return limit
    step = Step("at_discretion", {"result": shown(relaxed, rule)})
    names = limit.names | rule.further["at_discretion"].names()
    return replace(limit, relaxed=settled(relaxed), trace=(*limit.trace, step), names=names)


def _values(read: Mapping[str, Value]) -> dict[str, str]:
    """The variables that were read, as they are shown."""
    shown = {}
    for name, value in read.items():
        if isinstance(value, Decimal):
            unit = UNITS[unit_of(name)]
            symbol = "" if unit.symbol in ("count", "ratio") else f" {unit.symbol}"
            shown[name] = f"{plain(unit.from_si(value))}{symbol}"
        elif isinstance(value, bool):
            shown[name] = "yes" if value else "no"
        else:
            shown[name] = value or ""
    return shown


def shown(value: Decimal, rule: CompiledRule) -> str:
    """An amount in SI with the unit of its rule."""
    unit = rule.unit or UNITS["ratio"]
    return f"{plain(unit.from_si(value))} {unit.symbol}"
