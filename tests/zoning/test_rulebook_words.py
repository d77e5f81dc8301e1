"""Every remark of the linter can be said, with the facts that its check gives."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from zoning.rulebook_words import SENTENCES, SEVERITIES, say, say_mistakes
from zoning.rules.lint import SEVERITIES as CODES
from zoning.rules.lint import Remark, Severity
from zoning.rules.reading import RulebookError

LINT = Path(__file__).resolve().parents[2] / "zoning" / "rules" / "lint"


def used() -> dict[str, set[str]]:
    """Each code that a check uses, with the names of the facts that it gives."""
    found: dict[str, set[str]] = {}
    for path in LINT.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            if getattr(node.func, "attr", "") not in ("on_rule", "on_file"):
                continue
            facts = {keyword.arg for keyword in node.keywords if keyword.arg}
            for keyword in node.keywords:
                if keyword.arg is None and isinstance(keyword.value, ast.Dict):
                    facts |= {key.value for key in keyword.value.keys}
                elif keyword.arg is None:
                    facts |= {"value", "low", "high"}
            first = node.args[0]
            codes = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            for code in codes:
                found.setdefault(code.value, set()).update(facts)
    return found


def test_every_code_has_a_severity_and_a_sentence_and_is_used() -> None:
    assert set(CODES) == set(SENTENCES) == set(used())
    assert set(SEVERITIES) == set(Severity)


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_can_be_said_with_the_facts_of_its_remark(code: str) -> None:
    needed = set(re.findall(r"%\((\w+)\)s", str(SENTENCES[code])))
    assert needed <= used()[code]


def test_a_remark_is_a_line_that_editors_understand() -> None:
    said = say(Remark("gap", 12, "R1-height", {"cell": "street_width [2.40 m, 2.44 m)"}))
    line = said.as_line("rules.yaml")
    assert line.startswith("rules.yaml:12: error: R1-height: No row holds street_width [2.40 m, ")
    assert said.as_line().startswith("line 12: error: ")


def test_mistakes_take_the_same_form() -> None:
    mistakes = say_mistakes(RulebookError(["line 3: rule a: unknown unit", "not UTF-8"]))
    assert [one.as_line("a.yaml") for one in mistakes] == [
        "a.yaml:3: error: rule a: unknown unit",
        "a.yaml:1: error: not UTF-8",
    ]
