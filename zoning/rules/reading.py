"""Rulebook files read as they are written: numbers and dates stay text, every place has its line.

YAML itself would turn 010 into eight, 12.10 into 12.1 and NO into false, and of two values under
one name it would silently take the last; none of that may happen to the text of a law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

MAX_CHARACTERS = 2_000_000

Path = tuple[int | str, ...]


class RulebookError(ValueError):
    """The rulebook can not be used; ``problems`` has a line for each mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class AsWritten(yaml.SafeLoader):
    """Knows true, false and null; every other plain value is text."""


AsWritten.yaml_implicit_resolvers = {}
AsWritten.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")
)
AsWritten.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""]
)


class Source:
    """A file's values, and the line on which each of them stands."""

    def __init__(self, text: str) -> None:
        """Raises RulebookError for what is no YAML, too large, or names one thing twice."""
        if len(text) > MAX_CHARACTERS:
            raise RulebookError([f"longer than {MAX_CHARACTERS} characters; split the rulebook"])
        try:
            self._root, self.values = _composed(text)
        except RecursionError as error:
            raise RulebookError(["line 1: nested too deeply to be a rulebook"]) from error
        except (yaml.YAMLError, ValueError) as error:
            raise RulebookError([_what_yaml_says(error)]) from error
        twice = [
            f"line {line}: “{name}” stands twice in one place; remove one of them"
            for line, name in sorted(_repeated(self._root))
        ]
        if twice:
            raise RulebookError(twice)

    def line(self, *path: int | str) -> int:
        """The line where a path leads, as far as it goes; steps that lead nowhere are skipped."""
        node = self._root
        for step in path:
            node = _below(node, step) or node
        return node.start_mark.line + 1 if node is not None else 1


def _composed(text: str) -> tuple[yaml.Node | None, Any]:
    loader = AsWritten(text)
    try:
        root = loader.get_single_node()
        return root, None if root is None else loader.construct_document(root)
    finally:
        loader.dispose()


def _below(node: yaml.Node | None, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((v for k, v in node.value if getattr(k, "value", None) == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    return None


def _repeated(root: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Names that stand twice in one mapping, with the line of the second."""
    seen: set[int] = set()
    waiting = [] if root is None else [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            names: set[str] = set()
            for key, value in node.value:
                waiting.append(value)
                if isinstance(key, yaml.ScalarNode):
                    if key.value in names:
                        yield key.start_mark.line + 1, key.value
                    names.add(key.value)


def _what_yaml_says(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    problem = getattr(error, "problem", None) or str(error)
    return f"line {line}: not readable as YAML: {problem}"
