"""The multilingual fields of this app's models, and the history of those models.

History follows registration, so that history tables have the columns of every language.
"""

from modeltranslation.translator import TranslationOptions, register

from gisapp.history import tracked
from permits.models import Application


@register(Application)
class ApplicationTranslation(TranslationOptions):
    fields = ("title",)


for model in (Application,):
    tracked(model)
