"""What search compares texts by: the extensions, and functions that an index can be made of."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

from gisapp.folding import database_functions


class Migration(migrations.Migration):
    dependencies = [("gisapp", "0001_municipalities")]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(
            database_functions(),
            "DROP FUNCTION umran_number_key(text); DROP FUNCTION umran_fold(text);",
        ),
    ]
