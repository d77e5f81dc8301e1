"""The allow-list of map layers: what each shows, to whom, at which zooms, and what it means.

Tiles, TileJSON, the legend and the map page all read this table; nothing else of the database is
ever served as a tile. A new layer is one new entry in ``LAYERS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import QuerySet
from django.contrib.gis.db.models.functions import Length, PointOnSurface
from django.contrib.gis.geos import Polygon
from django.db import models
from django.db.models import (
    BinaryField,
    Case,
    CharField,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gisapp.errors import NotThere
from gisapp.models import Municipality
from gisapp.translated import LANGUAGES
from parcels.models import Building, Parcel, ParcelEdge, Place, StreetSegment
from permits.models import Application, ConformanceResult, ConformanceRun
from tiles import legends
from tiles.grid import Tile
from tiles.scope import Scope
from zoning.models import Overlay, PlanVersion, Zone

MAX_TILE_ZOOM = 20
LEAST_MARGIN_PX, MOST_MARGIN_PX = 6, 192


@dataclass(frozen=True)
class Column:
    """One attribute of a layer's features: where it comes from, its TileJSON type, its meaning.

    One that is not ``in_tiles`` is only told where features are asked for one by one: each
    attribute of a tile is paid for by everybody who looks at the map.
    """

    source: Any
    kind: str = "String"
    meaning: Any = ""  # in the language of who asks
    in_tiles: bool = True


NAME_MEANINGS = {
    "ar": _("name in Arabic"),
    "en": _("name in English"),
    "fr": _("name in French"),
}


def number(path: str, meaning: Any) -> Column:
    """A numeric column; decimals travel as floating point."""
    return Column(Cast(path, FloatField()), "Number", meaning)


def names(prefix: str = "name") -> dict[str, Column]:
    """The three languages of a multilingual field: ``name_ar``, ``name_en``, ``name_fr``."""
    return {
        f"name_{language}": Column(f"{prefix}_{language}", meaning=NAME_MEANINGS[language])
        for language in LANGUAGES
    }


@dataclass(frozen=True)
class Kept:
    """How a layer's shapes are kept beforehand (:mod:`tiles.kept`): those of all rows of a model.

    ``follows`` are other tables whose changes they follow, with the model's column that points
    there. ``shown_by`` is what tells which rows a request is shown, and ``shown`` says it in SQL,
    with nothing of a request in it but numbers and dates.
    """

    model: type[models.Model]
    follows: tuple[tuple[str, str], ...] = ()
    shown_by: str = ""
    shown: Callable[[Scope], str] | None = None
    blocks: bool = False  # far out the blocks of parcels stand for them


@dataclass(frozen=True)
class Layer:
    """One entry of the allow-list.

    ``rows`` gives the features the person may see (permission and date live there and only
    there). ``geometry`` is the geometry column, or an expression. ``thin_out`` may leave features
    out at small scales, and then says why in its docstring. ``margin_m`` is how far beyond its
    geometry a feature is drawn (half a street's width), so that nothing is cut at tile borders.
    """

    title: Any
    group: str  # plan | land | permits
    shape: str  # polygon | line | point
    rows: Callable[[Scope], QuerySet]
    geometry: Any
    columns: dict[str, Column]
    min_zoom: int
    legend: Callable[[Scope], list[legends.Entry]]
    max_zoom: int = MAX_TILE_ZOOM
    # Where `geometry` is no column: the rows that relate so (a lookup) to a value.
    where: Callable[[QuerySet, str, Any], QuerySet] | None = None
    exact_from: int = 15  # from this zoom on geometry is not simplified and nothing left out
    smallest_px2: float = 0  # below `exact_from`, areas smaller than this are left out
    thin_out: Callable[[int], str] | None = None  # at a zoom, in SQL over the kept columns
    margin_m: float = 0
    dated: bool = False  # depends on the date or the plan version
    personal: bool = False  # depends on who asks
    kept: Kept | None = None
    shown_at_first: bool = True

    @property
    def tile_columns(self) -> dict[str, Column]:
        """The columns that tiles carry."""
        return {name: column for name, column in self.columns.items() if column.in_tiles}

    @property
    def stored_shape(self) -> ExpressionWrapper:
        """The geometry as the database has it: a geometry field would be cast to bytea in a
        SELECT list, so it is selected as a plain one."""
        return ExpressionWrapper(F(self.geometry), output_field=BinaryField())

    def margin_px(self, tile: Tile) -> float:
        """How far beyond a tile its features are drawn, in pixels of the screen."""
        return min(max(LEAST_MARGIN_PX, self.margin_m / tile.pixel_m), MOST_MARGIN_PX)

    def rows_within(self, scope: Scope, rectangle: Polygon) -> QuerySet:
        """The rows whose bounding box meets the rectangle (metric CRS), by the spatial index."""
        return self.rows_where(self.rows(scope), "bboverlaps", rectangle)

    def rows_where(self, rows: QuerySet, lookup: str, value: Any) -> QuerySet:
        """The rows whose geometry relates so (a lookup) to a value in the metric CRS."""
        if self.where is not None:
            return self.where(rows, lookup, value)
        return rows.filter(**{f"{self.geometry}__{lookup}": value})

    def shown_at(self, zoom: int) -> bool:
        """Whether the layer has anything to say at this zoom."""
        return self.min_zoom <= zoom <= self.max_zoom


def _municipalities(scope: Scope) -> QuerySet:
    return Municipality.objects.filter(boundary__isnull=False)


def _parcels(scope: Scope) -> QuerySet:
    return Parcel.objects.all()


def _edges(scope: Scope) -> QuerySet:
    return ParcelEdge.objects.all()


def _zones(scope: Scope) -> QuerySet:
    return Zone.objects.filter(version__in=scope.versions().values("pk"))


def _of_shown_versions(scope: Scope) -> str:
    if scope.version is not None:
        return f"= {int(scope.version.pk)}"
    states = ", ".join(f"'{state}'" for state in PlanVersion.Status.legal())
    in_force = f"status IN ({states}) AND validity @> DATE '{scope.on.isoformat()}'"
    return " ".join(("IN (SELECT id FROM zoning_planversion WHERE", in_force, ")"))


def _on_the_day(scope: Scope) -> str:
    return f"IS NULL OR shown_by @> DATE '{scope.on.isoformat()}'"


def _overlays(scope: Scope) -> QuerySet:
    return Overlay.objects.in_force(on=scope.on)


def _streets(scope: Scope) -> QuerySet:
    return StreetSegment.objects.all()


def _buildings(scope: Scope) -> QuerySet:
    return Building.objects.filter(footprint__isnull=False)


def _applications(scope: Scope) -> QuerySet:
    """The register as this person sees it, each application at one point of its first parcel."""
    first = Parcel.objects.filter(applications=OuterRef("pk")).order_by("pk")
    marker = Subquery(first.annotate(at=PointOnSurface("geometry")).values("at")[:1])
    return Application.objects.visible_to(scope.user).annotate(marker=marker)


def _applications_where(rows: QuerySet, lookup: str, value: Any) -> QuerySet:
    """Those of which a parcel lies there."""
    links = Application.parcels.through.objects.filter(**{f"parcel__geometry__{lookup}": value})
    return rows.filter(pk__in=links.values("application"))


def _conformance(scope: Scope) -> QuerySet:
    """Of each shown plan version the newest finished check that this person may read."""
    runs = ConformanceRun.objects.visible_to(scope.user).filter(
        plan_version__in=scope.versions().values("pk")
    )
    return ConformanceResult.objects.filter(run__in=runs.latest_finished().values("pk"))


def _places(scope: Scope) -> QuerySet:
    return Place.objects.all()


def _wide_streets_first(zoom: int) -> str:
    """Far out only streets that still are more than a hairline, or are called main streets."""
    if zoom >= 14:
        return ""
    least_m = {11: 30, 12: 24, 13: 15}.get(zoom, 30)
    classes = ", ".join(f"'{name}'" for name in legends.MAIN_STREET_CLASSES)
    return f"width_m >= {least_m} OR class IN ({classes})"


STREET_WIDTH = Cast(Coalesce("planned_width_m", "existing_width_m"), FloatField())
STATUS_GROUP = Case(
    *(
        When(status__in=states, then=Value(group))
        for group, states in legends.STATUS_GROUPS.items()
    ),
    default=Value("internal"),
    output_field=CharField(),
)

GROUPS = {
    "permits": _("Permits"),
    "plan": _("Plan"),
    "land": _("Land"),
    "ground": _("Ground and photographs"),
}

LAYERS: dict[str, Layer] = {
    "boundary": Layer(
        title=_("Municipal boundary"),
        group="land",
        shape="polygon",
        rows=_municipalities,
        geometry="boundary",
        columns=names(),
        min_zoom=5,
        legend=legends.boundary,
        kept=Kept(Municipality),
    ),
    "zones": Layer(
        title=_("Zoning districts"),
        group="plan",
        shape="polygon",
        rows=_zones,
        geometry="geometry",
        columns={
            "code": Column("district__code", meaning=_("code of the zoning district")),
            "colour": Column("district__colour", meaning=_("colour of the district")),
            "category": Column("district__category", meaning=_("broad use of the district")),
        },
        min_zoom=9,
        smallest_px2=2,
        legend=legends.zones,
        dated=True,
        kept=Kept(
            Zone,
            follows=(("zoning_district", "district_id"),),
            shown_by="version",
            shown=_of_shown_versions,
        ),
    ),
    "overlays": Layer(
        title=_("Overlays and restrictions"),
        group="plan",
        shape="polygon",
        rows=_overlays,
        geometry="geometry",
        columns={
            "kind": Column("kind", meaning=_("kind of restriction")),
            "code": Column("code", meaning=_("code of the overlay")),
            **names(),
        },
        min_zoom=10,
        legend=legends.overlays,
        dated=True,
        kept=Kept(Overlay, shown_by="validity", shown=_on_the_day),
    ),
    "parcels": Layer(
        title=_("Parcels"),
        group="land",
        shape="polygon",
        rows=_parcels,
        geometry="geometry",
        columns={
            "reference": Column("reference", meaning=_("block and number, such as 125/7")),
            "block": Column("block", meaning=_("number of the block"), in_tiles=False),
            "number": Column("number", meaning=_("number within the block"), in_tiles=False),
        },
        min_zoom=12,
        legend=legends.parcels,
        kept=Kept(Parcel, blocks=True),
    ),
    "buildings": Layer(
        title=_("Buildings"),
        group="land",
        shape="polygon",
        rows=_buildings,
        geometry="footprint",
        columns={
            "storeys": number("storeys", _("storeys above ground")),
            "use": Column("use", meaning=_("present use")),
            **names(),
        },
        min_zoom=14,
        exact_from=16,
        smallest_px2=3,
        legend=legends.buildings,
        kept=Kept(Building),
    ),
    "streets": Layer(
        title=_("Streets"),
        group="land",
        shape="line",
        rows=_streets,
        geometry="centre_line",
        columns={
            "class": Column("street_class", meaning=_("class of the street")),
            "width_m": Column(STREET_WIDTH, "Number", _("planned width, else existing, in metres")),
            **names(),
        },
        min_zoom=11,
        thin_out=_wide_streets_first,
        margin_m=25,
        legend=legends.streets,
        kept=Kept(StreetSegment),
    ),
    "parcel_edges": Layer(
        title=_("Parcel edges"),
        group="land",
        shape="line",
        rows=_edges,
        geometry="geometry",
        columns={
            "kind": Column("kind", meaning=_("what the edge faces")),
            "length_m": Column(Length("geometry"), "Number", _("length in metres")),
            "street_width_m": number(
                "street_width_m", _("width of the street it faces, in metres")
            ),
        },
        min_zoom=18,
        legend=legends.edges,
        kept=Kept(ParcelEdge),
        shown_at_first=False,
    ),
    "applications": Layer(
        title=_("Building applications"),
        group="permits",
        shape="point",
        rows=_applications,
        geometry="marker",
        where=_applications_where,
        columns={
            "number": Column("number", meaning=_("number of the application")),
            "status": Column("status", meaning=_("state of the application")),
            "group": Column(STATUS_GROUP, meaning=_("group of states, as in the legend")),
        },
        min_zoom=12,
        legend=legends.applications,
        personal=True,
    ),
    "conformance": Layer(
        title=_("Conformance with the plan"),
        group="plan",
        shape="polygon",
        rows=_conformance,
        geometry="parcel__geometry",
        columns={
            "outcome": Column("outcome", meaning=_("verdict on the parcel in the newest check")),
            "reference": Column("parcel__reference", meaning=_("block and number, such as 125/7")),
        },
        min_zoom=13,
        smallest_px2=2,
        legend=legends.conformance,
        dated=True,
        personal=True,
        shown_at_first=False,
    ),
    "places": Layer(
        title=_("Places"),
        group="land",
        shape="point",
        rows=_places,
        geometry="location",
        columns={"category": Column("category", meaning=_("kind of place")), **names()},
        min_zoom=15,
        legend=legends.places,
        kept=Kept(Place),
    ),
}


def layer_called(name: str) -> Layer:
    """The layer of this name. Raises NotThere, with the list of those that there are."""
    if name not in LAYERS:
        raise NotThere(
            gettext("There is no layer “%(name)s”. There are: %(known)s.")
            % {"name": name[:60], "known": ", ".join(LAYERS)},
            pointer="/layer",
        )
    return LAYERS[name]
