"""Folding may write one sign with several letters, so a number may be longer than its address."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parcels", "0005_names_filled")]

    operations = [
        migrations.AlterField(
            model_name="housenumber", name="number", field=models.TextField()
        ),
    ]
