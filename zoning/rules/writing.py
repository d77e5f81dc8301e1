"""Writes a rulebook back to YAML, in the field order of the format and as it was written.

What the file says is kept to the letter: ``12.10`` stays 12.10, a default that was spelt out stays
spelt out, languages keep their order. Only comments, blank lines and the choice of quotes are the
writer's own, so that ``load``, ``dump`` and ``load`` again give the same document and digest.
"""

from __future__ import annotations

import sys
from datetime import date

import yaml

from zoning.rules.document import Document
from zoning.rules.reading import AsWritten

_TEXT, _TRUTH, _NOTHING = (f"tag:yaml.org,2002:{name}" for name in ("str", "bool", "null"))
_MAP, _LIST = yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, "tag:yaml.org,2002:seq"


class _Writer(yaml.SafeDumper):
    """Leaves a text without quotes wherever the reader takes it for text."""

    yaml_implicit_resolvers = AsWritten.yaml_implicit_resolvers


def dump_rulebook(document: Document) -> str:
    """The document as YAML text, which :func:`zoning.rules.loading.load_rulebook` reads."""
    root = _node(document.model_dump(by_alias=True, exclude_unset=True))
    written: str = yaml.serialize(root, Dumper=_Writer, allow_unicode=True, width=sys.maxsize)
    return written


def _node(value: object) -> yaml.Node:
    if isinstance(value, dict):
        pairs = [(_scalar(str(key)), _node(part)) for key, part in value.items()]
        return yaml.MappingNode(_MAP, pairs, flow_style=_fits_a_line(list(value.values())))
    if isinstance(value, list):
        return yaml.SequenceNode(
            _LIST, [_node(part) for part in value], flow_style=_fits_a_line(value)
        )
    return _scalar(value)


def _fits_a_line(parts: list[object]) -> bool:
    """Whether it is written inline: names by language, a scope, a row of a table."""
    return not any(
        isinstance(part, dict)
        or (isinstance(part, list) and any(isinstance(one, dict | list) for one in part))
        for part in parts
    )


def _scalar(value: object) -> yaml.ScalarNode:
    if isinstance(value, bool):
        return yaml.ScalarNode(_TRUTH, "true" if value else "false")
    if value is None:
        return yaml.ScalarNode(_NOTHING, "null")
    text = value.isoformat() if isinstance(value, date) else str(value)
    # Quotes that escape keep what folding would lose: line breaks of any kind, and outer spaces.
    plain = text.isprintable() and text == text.strip()
    return yaml.ScalarNode(_TEXT, text, style=None if plain else '"')
