"""The multilingual fields of this app's models, and the history of those models.

History follows registration, so that history tables have the columns of every language.
"""

from modeltranslation.translator import TranslationOptions, register

from gisapp.models import Municipality


@register(Municipality)
class MunicipalityTranslation(TranslationOptions):
    fields = ("name",)
