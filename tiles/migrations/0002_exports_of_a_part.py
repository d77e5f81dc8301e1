"""Exports hold any question of the query API, and know whether several have asked for them."""

from django.db import migrations, models


def carry_over(apps, schema_editor):
    for export in apps.get_model("tiles", "Export").objects.all():
        box = {"bbox": ",".join(map(str, export.bbox))} if export.bbox else {}
        export.part = box | ({"block": export.block} if export.block else {})
        export.save(update_fields=["part"])


class Migration(migrations.Migration):
    dependencies = [("tiles", "0001_exports")]

    operations = [
        migrations.AddField(
            "export",
            "part",
            models.JSONField(blank=True, default=dict, verbose_name="which part"),
        ),
        migrations.AddField(
            "export",
            "shared",
            models.BooleanField(default=False, verbose_name="asked for by several"),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField("export", "bbox"),
        migrations.RemoveField("export", "block"),
    ]
