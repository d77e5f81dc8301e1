"""What is declared and then forgotten: uses, districts, and kinds that must be judged."""

from __future__ import annotations

from collections.abc import Iterator

from zoning.rules.expressions import Node, words_in
from zoning.rules.lint.remarks import Remark, Subject
from zoning.rules.rulebook import CompiledRule, Rulebook
from zoning.rules.variables import FLOOR_AREA_SUFFIX


def check(subject: Subject) -> Iterator[Remark]:
    """Uses and districts that no rule names; districts where a mandatory kind has no rule."""
    document = subject.rulebook.document
    named = _named(subject.rulebook)
    uses = [use for use in document.uses if not {use, use + FLOOR_AREA_SUFFIX} & named]
    if uses:
        yield subject.on_file("unused_uses", "uses", uses[0], uses=", ".join(uses))
    districts = [code for code in document.districts if code not in named]
    if districts and not _is_about_all(subject.rulebook.rules):
        yield subject.on_file(
            "unused_districts", "districts", districts[0], districts=", ".join(districts)
        )
    for at, kind in enumerate(document.mandatory):
        without = _districts_without(kind, subject.rulebook)
        if without:
            yield subject.on_file(
                "mandatory_without_rule", "mandatory", at, kind=kind, districts=", ".join(without)
            )


def _named(rulebook: Rulebook) -> set[str]:
    """Every code that a rule lists, quotes or reads: uses, districts, variables."""
    names: set[str] = set()
    for rule in rulebook.rules:
        lists = [getattr(rule.rule, field) for field in type(rule.rule).model_fields]
        names.update(*(one for one in lists if isinstance(one, list)))
        names |= rule.names | set(rule.rule.scope.districts)
        for node in _nodes(rule):
            names |= words_in(node)
    return names


def _nodes(rule: CompiledRule) -> Iterator[Node]:
    if rule.condition is not None:
        yield rule.condition
    if rule.formula is not None:
        yield rule.formula.node
    yield from (row.formula.node for row in rule.rows)


def _is_about_all(rules: tuple[CompiledRule, ...]) -> bool:
    """Whether no rule is made for districts: then none of them needs a name."""
    return bool(rules) and not any(rule.rule.scope.districts for rule in rules)


def _districts_without(kind: str, rulebook: Rulebook) -> list[str]:
    """The declared districts for which neither they nor the plan nor the nation has such a rule."""
    scopes = [rule.rule.scope for rule in rulebook.of_kind(kind)]
    if any(scope.plan or scope.nation for scope in scopes):
        return []
    held = {code for scope in scopes for code in scope.districts}
    return [code for code in rulebook.document.districts if code not in held]
