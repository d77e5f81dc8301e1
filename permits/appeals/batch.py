"""The batch: every application of a file on its parcel, by the plan in force on its day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _
from shapely.geometry import Point

from gisapp.crs import to_metric
from gisapp.errors import NotThere
from gisapp.geometry import from_shapely
from gisapp.models import Municipality
from parcels.models import Parcel
from permits.appeals import applications, limits_table
from permits.appeals.addresses import AddressBook
from permits.appeals.applications import Appeal, read_appeals
from permits.appeals.comparison import Judgement, Pair, Verdict, compare
from permits.appeals.judging import judge
from permits.appeals.limits_table import FlatLimits, flat_limits, flat_rulebook
from permits.facts import NoPlanInForce, facts_of
from zoning.rules.loading import load_rulebook
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Site

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Run:
    """What a batch found: our pairs in file order, and the naive ones by number and dimension."""

    pairs: tuple[Pair, ...]
    baseline: Mapping[tuple[str, str], Pair]


class ParcelFinder:
    """The parcel that an application means: by address, else by map and lot, else by its point."""

    def __init__(self, municipality: Municipality) -> None:
        self._parcels = Parcel.objects.filter(municipality=municipality)
        known = list(self._parcels.order_by("pk").values_list("pk", "reference", "address"))
        self._by_reference = {reference: pk for pk, reference, _address in known}
        self._book = AddressBook((reference, address) for _pk, reference, address in known)

    def find(self, appeal: Appeal) -> Parcel | None:
        """One parcel, or None. Of several at the address the one nearest the point goes first."""
        # The file writes map and lot as 254-2, the register as 254/2.
        nearest = "/".join(appeal.map_lot.rsplit("-", 1))
        at_address = self._book.find(appeal.address)
        chosen = nearest if nearest in at_address or not at_address else at_address[0]
        key = self._by_reference.get(chosen)
        if key is not None:
            return self._parcels.get(pk=key)
        if appeal.lon is None or appeal.lat is None:
            return None
        return (
            self._parcels.at(from_shapely(to_metric(Point(appeal.lon, appeal.lat))))
            .order_by("pk")
            .first()
        )


def folder_with(data: Path, file_name: str) -> Path:
    """`data` itself or the one folder in it that holds the file. Raises NotThere."""
    if (data / file_name).is_file():
        return data
    found = sorted(data.glob(f"*/{file_name}"))
    if len(found) != 1:
        raise NotThere(
            _("%(file)s is not in %(folder)s; say where with --data.")
            % {"file": file_name, "folder": data}
        )
    return found[0].parent


def judge_appeals(
    *,
    municipality: Municipality,
    data: Path,
    from_applications: bool = False,
    progress: Progress = lambda done: None,
) -> Run:
    """Judge every application in `data` against the municipality's plans.

    With `from_applications` the limits are those that the applications themselves state most often,
    instead of the plan's rulebook: a check of the forms, never of the rules.

    Raises NotThere where the files are missing. Nothing is written to the database.
    """
    folder = folder_with(data, applications.FILE_NAME)
    table = folder / limits_table.FILE_NAME
    flat = flat_limits(table, limits_table.TRANSCRIBED)
    instead = _limits_of_applications(table) if from_applications else None
    finder = ParcelFinder(municipality)
    pairs: list[Pair] = []
    baseline: dict[tuple[str, str], Pair] = {}
    for done, appeal in enumerate(read_appeals(folder / applications.FILE_NAME), start=1):
        judged = _judged(appeal, finder, instead)
        for key, statement in appeal.statements.items():
            ours = judged.get(key, Judgement(Verdict.NO_RULE))
            limit = flat.get(ours.zone, {}).get(key)
            pairs.append(compare(appeal, statement, ours, limit, judged))
            requested = statement.requested.single
            if limit is not None and requested is not None:
                naive = _naive(requested, limit, statement.dimension.bound, zone=ours.zone)
                baseline[appeal.number, key] = compare(appeal, statement, naive, limit)
        progress(done)
    return Run(tuple(pairs), baseline)


def _limits_of_applications(table: Path) -> Rulebook:
    limits: FlatLimits = flat_limits(table, limits_table.FROM_APPLICATIONS)
    return load_rulebook(flat_rulebook(limits, slug="from-applications"))


def _judged(
    appeal: Appeal, finder: ParcelFinder, instead: Rulebook | None
) -> Mapping[str, Judgement]:
    """Our judgements; none where the application has no place or no plan was in force."""
    parcel = finder.find(appeal)
    if parcel is None:
        return {}
    try:
        facts = facts_of([parcel], on=appeal.date)
    except NoPlanInForce:
        return {}
    return judge(appeal, _in_one_district(facts.site), instead or facts.rulebook)


def _in_one_district(site: Site) -> Site:
    """The site in the district of its largest part: a form names one district, not shares."""
    largest = max(site.zones, key=lambda zone: zone.share)
    whole = replace(largest, area_m2=site.geometry.area, share=1.0)
    return replace(site, zones=(whole,))


def _naive(requested: Decimal, limit: Decimal, bound: str, *, zone: str) -> Judgement:
    """The naive verdict: one number per district, whatever the lot and the building."""
    kept = requested <= limit if bound == "max" else requested >= limit
    return Judgement(Verdict.COMPLIES if kept else Verdict.BREACHES, limit, zone=zone)
