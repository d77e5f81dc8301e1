"""What has been loaded for a municipality, and what has not: no data is not “no constraint”."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext as _

from gisapp.models import Municipality
from parcels.models import Building, Parcel, Place, StreetSegment
from zoning.models import Overlay, Plan


@dataclass(frozen=True)
class Loaded:
    """Which themes have at least one row."""

    parcels: bool
    zoning_plan: bool
    streets: bool
    buildings: bool
    places: bool
    overlays: bool


def loaded_themes(municipality: Municipality) -> Loaded:
    """What pages can show of this municipality; asked of the data, so that it is always true."""

    def any_of(model: type[Model]) -> bool:
        return model._default_manager.filter(municipality=municipality).exists()

    return Loaded(
        parcels=any_of(Parcel),
        zoning_plan=any_of(Plan),
        streets=any_of(StreetSegment),
        buildings=any_of(Building),
        places=any_of(Place),
        overlays=any_of(Overlay),
    )


def missing_sentences(municipality: Municipality) -> list[str]:
    """What people must know is not there, and what they can not do without it."""
    loaded = loaded_themes(municipality)
    if not loaded.parcels and not loaded.zoning_plan:
        return [
            _(
                "No parcels and no zoning plan have been loaded for this city: applications can "
                "not be checked, only the map can be read."
            )
        ]
    sentences = []
    if not loaded.parcels:
        sentences.append(_("No parcels have been loaded for this city."))
    if not loaded.zoning_plan:
        sentences.append(_("No zoning plan has been loaded for this city."))
    if not loaded.streets:
        sentences.append(_("No streets have been loaded: fronts of parcels are uncertain."))
    return sentences
