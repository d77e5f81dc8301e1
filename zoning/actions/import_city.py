"""Bring a city in: every layer of its profile, in order, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from zlib import crc32

import pghistory
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gisapp.errors import BadInput, Conflict
from gisapp.models import Municipality
from gisapp.translated import texts
from parcels.actions.import_boundary import import_boundary
from parcels.actions.import_buildings import import_buildings
from parcels.actions.import_edges import import_edges
from parcels.actions.import_layer import LayerResult, import_layer
from parcels.actions.import_parcels import import_parcels
from parcels.actions.import_places import import_places
from parcels.actions.import_roll import import_roll
from parcels.actions.import_streets import import_streets
from parcels.importer.columns import cell_text
from parcels.importer.layers import EdgesLayer, Layer, TableLayer, ZonesLayer
from parcels.importer.profile import DistrictFile, Profile
from parcels.importer.profile_file import LoadedProfile
from parcels.importer.report import Line
from parcels.importer.source import locate_source, read_source
from parcels.importer.store import Progress, Stored
from parcels.models import ImportRun
from zoning.actions.classify_edges import ALL_EDGES, EdgesRun, classify_edges
from zoning.actions.import_overlays import import_overlays
from zoning.actions.import_plan import import_plan

ACTIONS: dict[str, Callable[..., Stored]] = {
    "parcels": import_parcels,
    "roll": import_roll,
    "streets": import_streets,
    "buildings": import_buildings,
    "places": import_places,
    "boundary": import_boundary,
    "edges": import_edges,
    "overlays": import_overlays,
}
LOCK = crc32(b"umran import")


@dataclass(frozen=True)
class Where:
    """How far the import is: the step, its place among the steps, and rows stored in it."""

    name: str
    position: int
    steps: int
    done: int
    total: int

    def share(self) -> float:
        """Between 0 and 1; every step counts alike."""
        within = self.done / self.total if self.total else 0.0
        return (self.position + within) / self.steps


Announce = Callable[[Where], None]


@dataclass
class CityImport:
    """The whole import so far; readable after a failure too, for the layers that were finished.

    ``on`` is the day by which overlays are taken to be in force.
    """

    loaded: LoadedProfile
    folder: Path
    on: date
    results: list[LayerResult] = field(default_factory=list)
    edges: EdgesRun | None = None

    def lines(self) -> list[Line]:
        reports = [result.report for result in self.results]
        reports += [self.edges.report] if self.edges else []
        return [line for report in reports for line in report.lines]


def import_city(*, work: CityImport, dry_run: bool, announce: Announce) -> Municipality:
    """Run the import; ``work.results`` grows layer by layer.

    Every file, layer and column is looked for before the first row is written. Each layer is stored
    whole or not at all, and earlier layers stay when a later one fails. With ``dry_run`` all of it
    is done and rolled back. Raises Conflict when another import is running
    or the profile's CRS is not the deployment's, BadInput for a bad file.
    """
    profile = work.loaded.profile
    refuse_other_crs(profile)
    if not work.folder.is_dir():
        raise BadInput(_("The data folder does not exist."), pointer=str(work.folder))
    for layer in profile.layers:
        locate_source(layer, folder=work.folder, subfolder=profile.folder)
    with _only_one_import(), pghistory.context(action="import_city", profile=profile.city):
        if not dry_run:
            return _import_layers(work, announce)
        with transaction.atomic():
            municipality = _import_layers(work, announce)
            transaction.set_rollback(True)
        return municipality


def refuse_other_crs(profile: Profile) -> None:
    """Raises Conflict when this deployment's database measures in another CRS than the profile."""
    if profile.crs == settings.METRIC_SRID:
        return
    raise Conflict(
        _(
            "This deployment stores EPSG:%(here)s (city “%(city)s”), the profile is for "
            "EPSG:%(there)s. Each city has a database of its own; call "
            "`bin/manage --city %(other)s import_city %(other)s --data …`."
        )
        % {
            "here": settings.METRIC_SRID,
            "city": settings.CITY.key,
            "there": profile.crs,
            "other": profile.city,
        }
    )


def _import_layers(work: CityImport, announce: Announce) -> Municipality:
    """The layers in order, then the edges, then the layers that label edges."""
    profile = work.loaded.profile
    municipality = None
    steps = len(profile.layers) + 1
    labels = [layer for layer in profile.layers if isinstance(layer, EdgesLayer)]
    land = [layer for layer in profile.layers if layer not in labels]
    for position, layer in enumerate(land):
        told = _announcer(announce, layer.name, position, steps)
        with transaction.atomic():
            municipality = municipality or _municipality(profile)
            result = _import_layer(layer, work, municipality, told)
        work.results.append(result)
    municipality = municipality or _municipality(profile)
    told = _announcer(announce, _("edges of parcels"), len(land), steps)
    if _edges_are_due(profile, municipality):
        run = classify_edges(municipality=municipality, on=work.on, progress=told)
        work.edges = run if run.counts.parcels else None
    told(1, 1)
    for position, layer in enumerate(labels, len(land) + 1):
        told = _announcer(announce, layer.name, position, steps)
        work.results.append(_import_layer(layer, work, municipality, told))
    return municipality


def _announcer(announce: Announce, name: str, position: int, steps: int) -> Progress:
    return lambda done, total: announce(Where(name, position, steps, done, total))


def _municipality(profile: Profile) -> Municipality:
    municipality, _created = Municipality.objects.update_or_create(
        slug=profile.city,
        defaults={
            **texts("name", profile.names),
            "attribution": [dict(item) for item in profile.attribution],
        },
    )
    return municipality


def _import_layer(
    layer: Layer, work: CityImport, municipality: Municipality, told: Progress
) -> LayerResult:
    profile = work.loaded.profile
    attribution = layer.attribution or (profile.attribution or [{}])[0]
    return import_layer(
        layer=layer,
        folder=work.folder,
        subfolder=profile.folder,
        municipality=municipality,
        store=_store_of(layer, work),
        progress=told,
        profile=profile.city,
        attribution=dict(attribution),
    )


def _store_of(layer: Layer, work: CityImport) -> Callable[..., Stored]:
    """What stores the features of the layer's target."""
    if not isinstance(layer, ZonesLayer):
        return ACTIONS[layer.target]
    info = work.loaded.profile.plans[layer.plan]
    return partial(
        import_plan,
        info=info,
        district_names=_district_names(info.district_file, work),
        rulebook_path=_rulebook_path(layer, work),
    )


def _district_names(table: DistrictFile | None, work: CityImport) -> dict[str, tuple[str, str]]:
    """English name and description by code, from the plan's table of districts."""
    if table is None:
        return {}
    columns = [table.code, table.name, *([table.description] if table.description else [])]
    layer = TableLayer(
        name="districts", file=table.file, attributes={name: name for name in columns}
    )
    source = read_source(layer, folder=work.folder, subfolder=work.loaded.profile.folder)
    rows = (source.row(index) for index in range(len(source)))
    return {
        cell_text(row[table.code]): (
            cell_text(row[table.name]),
            cell_text(row[table.description]) if table.description else "",
        )
        for row in rows
    }


def _rulebook_path(layer: ZonesLayer, work: CityImport) -> Path | None:
    """The rulebook beside the profile, or in the folder of rulebooks next to that of profiles."""
    if not layer.rulebook:
        return None
    beside = work.loaded.path.resolve().parent
    tried = [beside / layer.rulebook, beside.parent / "rulebooks" / layer.rulebook]
    return next((path for path in tried if path.is_file()), None)


def _edges_are_due(profile: Profile, municipality: Municipality) -> bool:
    """Whether parcels, or what they face, have changed since their edges were last classified.

    Asked of the runs that are kept, so that an import stopped in between makes up for it later.
    """
    land = [x.name for x in profile.layers if x.target in ("parcels", "streets", "overlays")]
    runs = ImportRun.objects.filter(municipality=municipality).order_by("-pk")
    changed = runs.filter(
        Q(counts__created__gt=0) | Q(counts__updated__gt=0), layer__in=land
    ).first()
    if changed is None:
        return False
    return not runs.filter(layer=ALL_EDGES, pk__gt=changed.pk).exists()


@contextmanager
def _only_one_import() -> Iterator[None]:
    """Hold the database's import lock; raises Conflict when another import has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Conflict(_("Another import is running; wait for it, then start again."))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
