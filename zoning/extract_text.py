"""The parcel extract as lines of a terminal, in the active language."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gisapp.figures import rounded
from zoning.extract import Extract, PlanShares, Statement, Theme
from zoning.overlaps import SLIVER_M, SLIVER_M2, Share, Word

SIGNS = {Word.CONCERNED: "!", Word.NOT_CONCERNED: "–", Word.NO_DATA: "?"}


def lines(extract: Extract) -> Iterator[str]:
    """The extract: the land, what is in force, what is pending, and what was left out."""
    parcel, land = extract.parcel, extract.land
    yield f"{_('Parcel')} {parcel.reference} · {parcel.municipality} · {date_format(extract.on)}"
    registered = parcel.registered_area_m2
    yield f"{_('Registered area')}: " + (_("not known") if registered is None else _m2(registered))
    yield f"{_('Area of the drawn boundary')}: {_m2(land.drawn_area_m2)}"
    if land.is_scaled:
        yield _("Areas below are multiplied by registered ÷ drawn = %(factor)s.") % {
            "factor": rounded(land.scale, 4)
        }
    yield from ("", _("In force").upper(), *_statement(extract.in_force))
    yield from ("", _("Pending").upper(), *_statement(extract.pending))
    yield ""
    yield _("Left out: areas below %(area)s and lengths below %(length)s.") % {
        "area": _m2(SLIVER_M2),
        "length": _m(SLIVER_M),
    }


def _statement(statement: Statement) -> Iterator[str]:
    yield f"{SIGNS[statement.zones]} {_('Zones')}: {statement.zones_label}"
    for plan in statement.plans:
        yield from _plan(plan)
    for theme in statement.overlays:
        yield from _theme(theme)


def _plan(plan: PlanShares) -> Iterator[str]:
    version = plan.version
    facts = [str(version)]
    if version.status == version.Status.PUBLIC_DISPLAY:
        facts.append(version.get_status_display())
    if version.validity and version.validity.lower:
        facts.append(_("from %(day)s") % {"day": date_format(version.validity.lower)})
    yield f"    {' · '.join(facts)}"
    for one in plan.districts:
        yield f"      {one.district.code} {one.district.name}: {_share(one.share)}"
    if plan.in_no_zone:
        yield f"      {_('in no zone')}: {_share(plan.in_no_zone)}"


def _theme(theme: Theme) -> Iterator[str]:
    yield f"{SIGNS[theme.word]} {theme.label}: {theme.word_label}"
    for touch in theme.touches:
        yield f"    {touch.overlay.name}: {_share(touch.share)}"


def _share(share: Share) -> str:
    if share.area_m2 is not None and share.percent is not None:
        return f"{_m2(share.area_m2)}, {rounded(share.percent, 1)}%"
    if share.length_m is not None:
        return _m(share.length_m)
    points = share.points or 0
    return ngettext("%(points)s point", "%(points)s points", points) % {"points": points}


def _m2(area: object) -> str:
    return f"{rounded(area, 2)} {_('m²')}"


def _m(length: object) -> str:
    return f"{rounded(length, 2)} {_('m')}"
