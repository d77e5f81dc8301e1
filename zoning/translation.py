"""The multilingual fields of this app's models, and the history of those models.

History follows registration, so that history tables have the columns of every language.
"""

from modeltranslation.translator import TranslationOptions, register

from gisapp.history import tracked
from zoning.models import District, Overlay, Plan


@register(Plan)
class PlanTranslation(TranslationOptions):
    fields = ("name",)


@register(District)
class DistrictTranslation(TranslationOptions):
    fields = ("name", "description")


@register(Overlay)
class OverlayTranslation(TranslationOptions):
    fields = ("name",)


for model in (Plan, District, Overlay):
    tracked(model)
