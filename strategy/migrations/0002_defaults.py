"""A fresh install: the engine in SHADOW, and the default ladder."""

from django.db import migrations

from strategy.default_ladder import DEFAULT_LADDER


def create(apps, schema_editor):
    apps.get_model("strategy", "Strategy").objects.create(pk=1, state="SHADOW")
    Band = apps.get_model("strategy", "Band")
    for rule in DEFAULT_LADDER:
        Band.objects.create(
            lower_pence=rule.lower_pence,
            name=rule.name,
            color=rule.color,
            action=rule.action.value,
            champion=rule.champion,
            modes=dict(rule.modes),
        )


class Migration(migrations.Migration):
    dependencies = [("strategy", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
