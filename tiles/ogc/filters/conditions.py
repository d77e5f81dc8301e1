"""Compiles a tree of CQL2 JSON into a condition of the ORM, by tables of what is allowed.

Conditions follow SQL's logic of three values, as CQL2 asks: what compares with nothing is neither
true nor false, and its negation is not true either. Django's own lookups would turn ``NOT a = 1``
into "a is something else or missing", so predicates are expressions, which ``~`` only negates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models import lookups as spatial
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import BooleanField, CharField, F, FloatField, Lookup, Q, Value, lookups
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from gisapp.crs import metric_srid
from tiles.ogc import places
from tiles.ogc.collections import Collection, alias
from tiles.ogc.filters.trees import Tree, refuse
from tiles.ogc.reference_systems import ReferenceSystem

GEOMETRY = "geometry"
MOST_WILDCARDS = 12

COMPARISONS: dict[str, type[Lookup]] = {
    "=": lookups.Exact,
    "<": lookups.LessThan,
    "<=": lookups.LessThanOrEqual,
    ">": lookups.GreaterThan,
    ">=": lookups.GreaterThanOrEqual,
}
PREDICATES: dict[str, type[Lookup]] = {
    "s_intersects": spatial.IntersectsLookup,
    "s_equals": spatial.EqualsLookup,
    "s_touches": spatial.TouchesLookup,
    "s_crosses": spatial.CrossesLookup,
    "s_within": spatial.WithinLookup,
    "s_contains": spatial.ContainsLookup,
    "s_overlaps": spatial.OverlapsLookup,
}
CONVERSE = {"s_within": "s_contains", "s_contains": "s_within"}
ALWAYS = Value(True, output_field=BooleanField())
NEVER = Value(False, output_field=BooleanField())


class Like(Lookup):
    """SQL's LIKE, whose wildcards % and _ and escape character are those of CQL2."""

    lookup_name = "matches_pattern"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        return f"{left} LIKE {right}", (*left_parameters, *right_parameters)


@dataclass(frozen=True)
class Scalar:
    """A value or a property in a comparison, and whether it is a String or a Number."""

    expression: Any
    kind: str


class Compiler:
    """Compiles filters on one collection; the geometries in them are in ``system``."""

    def __init__(self, collection: Collection, system: ReferenceSystem) -> None:
        self.collection = collection
        self.system = system

    # --- logic --------------------------------------------------------------------------------

    def boolean(self, tree: Tree) -> Q:
        """The condition of a node that is true or false. Raises BadParameter."""
        if isinstance(tree, bool):
            return Q(ALWAYS if tree else NEVER)
        operator, args = self._operation(tree)
        if operator in ("and", "or"):
            self._count(operator, args, at_least=2)
            parts = [self.boolean(arg) for arg in args]
            return Q(*parts, _connector=operator.upper())
        if operator == "not":
            self._count(operator, args, exactly=1)
            return ~self.boolean(args[0])
        if operator in COMPARISONS or operator == "<>":
            return self._comparison(operator, args)
        if operator in PREDICATES or operator == "s_disjoint":
            return self._spatial(operator, args)
        special = {
            "like": self._like,
            "between": self._between,
            "in": self._in,
            "isNull": self._is_null,
        }
        if operator not in special:
            known = ["and", "or", "not", *COMPARISONS, "<>", *special, *PREDICATES, "s_disjoint"]
            raise refuse(
                _("There is no operator “%(name)s”. There are: %(known)s.")
                % {"name": operator[:40], "known": ", ".join(known)}
            )
        return special[operator](args)

    def _operation(self, tree: Tree) -> tuple[str, list[Tree]]:
        if (
            not isinstance(tree, dict)
            or set(tree) != {"op", "args"}
            or not isinstance(tree["op"], str)
            or not isinstance(tree["args"], list)
        ):
            raise refuse(
                _("A condition was expected, an object of “op” and “args”; found %(found)s.")
                % {"found": _excerpt(tree)}
            )
        return tree["op"], tree["args"]

    def _count(
        self, operator: str, args: list[Tree], *, exactly: int = 0, at_least: int = 0
    ) -> None:
        if (exactly and len(args) != exactly) or len(args) < at_least:
            raise refuse(
                _("“%(name)s” has %(count)s arguments; it takes %(needed)s.")
                % {"name": operator, "count": len(args), "needed": exactly or f"≥ {at_least}"}
            )

    # --- comparisons --------------------------------------------------------------------------

    def _comparison(self, operator: str, args: list[Tree]) -> Q:
        self._count(operator, args, exactly=2)
        left, right = self._alike(args)
        if operator == "<>":
            return ~Q(lookups.Exact(left, right))
        return Q(COMPARISONS[operator](left, right))

    def _like(self, args: list[Tree]) -> Q:
        self._count("like", args, exactly=2)
        pattern = args[1]
        while isinstance(pattern, dict) and pattern.get("op") == "casei":
            pattern = (pattern.get("args") or [None])[0]
        if not isinstance(pattern, str):
            raise refuse(_("The pattern of “like” is a text."))
        if pattern.count("%") + pattern.count("_") > MOST_WILDCARDS:
            raise refuse(_("A pattern has at most %(most)s wildcards.") % {"most": MOST_WILDCARDS})
        if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
            raise refuse(_("The pattern ends with “\\”, which must have a character after it."))
        left, right = self._alike(args, only="String")
        return Q(Like(left, right))

    def _between(self, args: list[Tree]) -> Q:
        self._count("between", args, exactly=3)
        value, low, high = self._alike(args)
        return Q(lookups.GreaterThanOrEqual(value, low)) & Q(lookups.LessThanOrEqual(value, high))

    def _in(self, args: list[Tree]) -> Q:
        self._count("in", args, exactly=2)
        if not isinstance(args[1], list) or not args[1]:
            raise refuse(_("“in” takes a list of values."))
        value, *options = self._alike([args[0], *args[1]])
        return Q(*(Q(lookups.Exact(value, option)) for option in options), _connector=Q.OR)

    def _is_null(self, args: list[Tree]) -> Q:
        self._count("isNull", args, exactly=1)
        if _is_property(args[0], GEOMETRY):
            return Q(lookups.IsNull(self._geometry_column(), True))
        return Q(lookups.IsNull(self._scalar(args[0]).expression, True))

    def _alike(self, args: list[Tree], *, only: str = "") -> list[Any]:
        """The expressions of scalars that are all texts or all numbers."""
        scalars = [self._scalar(arg) for arg in args]
        kinds = {scalar.kind for scalar in scalars} | ({only} if only else set())
        if len(kinds) > 1:
            raise refuse(
                _("%(left)s and %(right)s can not be compared: one is a text, the other is not.")
                % {"left": _excerpt(args[0]), "right": ", ".join(map(_excerpt, args[1:3]))}
            )
        return [scalar.expression for scalar in scalars]

    def _scalar(self, tree: Tree) -> Scalar:
        if isinstance(tree, str):
            return Scalar(Value(tree, output_field=CharField()), "String")
        if isinstance(tree, float):
            return Scalar(Value(tree, output_field=FloatField()), "Number")
        if isinstance(tree, dict) and set(tree) == {"property"}:
            return self._property(tree["property"])
        if isinstance(tree, dict) and tree.get("op") == "casei":
            _operator, args = self._operation(tree)
            self._count("casei", args, exactly=1)
            inner = self._scalar(args[0])
            if inner.kind != "String":
                raise refuse(_("“casei” takes a text."))
            return Scalar(Lower(inner.expression), "String")
        if isinstance(tree, bool) or (isinstance(tree, dict) and {"date", "timestamp"} & set(tree)):
            raise refuse(
                _("%(found)s can not be compared: every property is a text or a number.")
                % {"found": _excerpt(tree)}
            )
        raise refuse(
            _("A property or a value was expected; found %(found)s.") % {"found": _excerpt(tree)}
        )

    def _property(self, name: Any) -> Scalar:
        columns = self.collection.columns
        if name == GEOMETRY:
            raise refuse(_("“geometry” can be used in spatial conditions and “is null” only."))
        if not isinstance(name, str) or name not in columns:
            raise refuse(
                _("There is no property “%(name)s”. There are: %(known)s.")
                % {"name": str(name)[:60], "known": ", ".join([*columns, GEOMETRY])}
            )
        return Scalar(F(alias(name)), "Number" if columns[name].kind == "Number" else "String")

    # --- geometry -----------------------------------------------------------------------------

    def _spatial(self, operator: str, args: list[Tree]) -> Q:
        self._count(operator, args, exactly=2)
        turned = _is_property(args[1], GEOMETRY)
        column, other = (args[1], args[0]) if turned else (args[0], args[1])
        if not _is_property(column, GEOMETRY):
            name = column.get("property") if isinstance(column, dict) else None
            if isinstance(name, str):
                self._property(name)
            raise refuse(
                _("“%(name)s” compares the property “geometry” with a geometry; found %(found)s.")
                % {"name": operator, "found": _excerpt(column)}
            )
        place = self._place(other)
        if operator == "s_disjoint":
            return ~self._relation("s_intersects", place)
        return self._relation(CONVERSE.get(operator, operator) if turned else operator, place)

    def _relation(self, operator: str, place: GEOSGeometry) -> Q:
        if place.geom_type == "GeometryCollection" and operator != "s_intersects":
            raise refuse(
                _("A geometry collection can only be used with s_intersects and s_disjoint.")
            )
        shape = Value(place, output_field=GeometryField(srid=metric_srid()))
        return Q(PREDICATES[operator](self._geometry_column(), shape))

    def _place(self, tree: Tree) -> GEOSGeometry:
        """The geometry in the stored CRS; an empty one where no data can be."""
        if isinstance(tree, dict) and set(tree) == {"bbox"}:
            numbers = tree["bbox"]
            if not isinstance(numbers, list) or not all(isinstance(n, float) for n in numbers):
                raise refuse(_("A bounding box is made of numbers."))
            place = places.read_box(numbers, self.system, pointer="/filter")
        else:
            place = places.read_geometry(tree, self.system, pointer="/filter")
        return Polygon(srid=metric_srid()) if place is None else place

    def _geometry_column(self) -> F:
        return F(self.collection.layer.geometry)


def _is_property(tree: Tree, name: str) -> bool:
    return isinstance(tree, dict) and tree == {"property": name}


def _excerpt(tree: Tree) -> str:
    """A node in a few words for an error."""
    if isinstance(tree, dict) and isinstance(tree.get("property"), str):
        return f"“{tree['property'][:40]}”"
    return str(tree)[:40]
