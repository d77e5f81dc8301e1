"""The multilingual fields of this app's models, and the history of those models.

History follows registration, so that history tables have the columns of every language.
"""

from modeltranslation.translator import TranslationOptions, register

from gisapp.history import tracked
from parcels.models import Building, Place, Raster, StreetSegment


@register(StreetSegment)
class StreetSegmentTranslation(TranslationOptions):
    fields = ("name",)


@register(Building)
class BuildingTranslation(TranslationOptions):
    fields = ("name",)


@register(Place)
class PlaceTranslation(TranslationOptions):
    fields = ("name",)


@register(Raster)
class RasterTranslation(TranslationOptions):
    fields = ("title",)


for model in (StreetSegment, Building, Raster):
    tracked(model)
