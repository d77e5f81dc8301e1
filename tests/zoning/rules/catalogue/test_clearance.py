"""Clearance: each document that another authority must give."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.zoning.rules.conftest import in_districts, rulebook_of
from zoning.rules.findings import Outcome, Reason
from zoning.rules.reading import RulebookError

DOCUMENTS = {"civil_defence": {"en": "Civil Defence"}, "water": {"en": "Water authority"}}
RULE = {"kind": "clearance", "documents": ["civil_defence", "water"]}
TALL = {"kind": "clearance", "documents": ["civil_defence"], "when": "height > 20 m"}


@pytest.fixture
def clearances(judge):
    """The outcome of each document."""

    def run(*rules, **facts):
        judgement = judge(book=rulebook_of(*rules, documents=DOCUMENTS), **facts)
        return {one.target: one for one in judgement.findings if one.kind == "clearance"}

    return run


def test_each_document_has_its_own_verdict(clearances):
    found = clearances(RULE, cleared=frozenset({"clearance:water"}))
    assert {name: one.outcome for name, one in found.items()} == {
        "civil_defence": Outcome.NEEDS_REVIEW,
        "water": Outcome.CONDITIONAL,
    }
    assert found["civil_defence"].missing == ("clearance:civil_defence",)
    assert found["civil_defence"].reason == Reason.MISSING_INPUT


@pytest.mark.parametrize(
    ("height_m", "missing"), [(21, ("clearance:civil_defence",)), (None, ("height",))]
)
def test_a_condition_may_ask_for_it_or_be_open(clearances, height_m, missing):
    height = None if height_m is None else Decimal(height_m)
    found = clearances(TALL, height_m=height)["civil_defence"]
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, missing)


def test_a_document_that_is_there_settles_an_open_condition(clearances):
    found = clearances(TALL, cleared=frozenset({"clearance:civil_defence"}))
    assert found["civil_defence"].outcome == Outcome.CONDITIONAL


@pytest.mark.parametrize("rule", [TALL, in_districts(RULE, "R2")])
def test_nothing_is_asked_where_no_rule_holds(clearances, rule):
    assert clearances(rule, height_m=Decimal(3))[""].outcome == Outcome.NO_RULE


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"documents": []}, "the documents that it asks for are needed"),
        ({"documents": ["gas"]}, "document “gas” is not declared"),
        ({"unit": "m"}, "“unit” says nothing for clearance"),
    ],
)
def test_documents_must_be_declared(changes, problem):
    with pytest.raises(RulebookError, match=problem):
        rulebook_of({**RULE, **changes}, documents=DOCUMENTS)
