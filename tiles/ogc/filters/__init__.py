"""Filters in CQL2 (OGC 21-065r2): text and JSON become one tree, the tree becomes a condition.

Nothing of a filter's text reaches SQL but as a bound value: properties are looked up in the list of
a collection's columns, operators in tables. Size and depth are capped before anything is parsed.
"""

from __future__ import annotations

from django.db.models import Q

from tiles.ogc.collections import Collection
from tiles.ogc.filters.conditions import Compiler
from tiles.ogc.filters.trees import read_json, read_text
from tiles.ogc.reference_systems import ReferenceSystem

TEXT, JSON = "cql2-text", "cql2-json"
READERS = {TEXT: read_text, JSON: read_json}

__all__ = ["JSON", "READERS", "TEXT", "condition"]


def condition(text: str, language: str, *, collection: Collection, system: ReferenceSystem) -> Q:
    """The filter as a condition on the collection's rows; ``system`` is that of its geometries.

    Raises BadParameter, which says what is wrong and where.
    """
    return Compiler(collection, system).boolean(READERS[language](text))
