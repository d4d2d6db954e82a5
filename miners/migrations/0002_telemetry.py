"""The telemetry table: partitioned by day on PostgreSQL, plain elsewhere, from one description of its columns."""

import django.db.models
import miners.models.telemetry
from django.db import migrations

STATES = ["mining", "paused", "off", "unreachable", "unknown"]


def create(apps, schema_editor):
    model = apps.get_model("miners", "Telemetry")
    if schema_editor.connection.vendor != "postgresql":
        schema_editor.create_model(model)
        return
    sql, _ = schema_editor.table_sql(model)
    schema_editor.execute(f"{sql} PARTITION BY RANGE (time)")


def drop(apps, schema_editor):
    schema_editor.delete_model(apps.get_model("miners", "Telemetry"))


class Migration(migrations.Migration):
    dependencies = [("miners", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Telemetry",
                    fields=[
                        (
                            "pk",
                            django.db.models.CompositePrimaryKey(
                                "miner_id", "time", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("time", django.db.models.DateTimeField()),
                        ("miner_id", django.db.models.IntegerField()),
                        ("hashrate_ghs", miners.models.telemetry.RealField(null=True)),
                        ("expected_hashrate_ghs", miners.models.telemetry.RealField(null=True)),
                        ("power_w", miners.models.telemetry.RealField(null=True)),
                        ("wall_power_w", miners.models.telemetry.RealField(null=True)),
                        ("temperature_c", miners.models.telemetry.RealField(null=True)),
                        ("vr_temperature_c", miners.models.telemetry.RealField(null=True)),
                        ("fan_percent", miners.models.telemetry.RealField(null=True)),
                        ("fan_rpm", miners.models.telemetry.RealField(null=True)),
                        ("frequency_mhz", miners.models.telemetry.RealField(null=True)),
                        ("core_voltage_mv", miners.models.telemetry.RealField(null=True)),
                        ("accepted", django.db.models.IntegerField(null=True)),
                        ("rejected", django.db.models.IntegerField(null=True)),
                        ("uptime_s", django.db.models.IntegerField(null=True)),
                        ("rssi_dbm", django.db.models.SmallIntegerField(null=True)),
                        (
                            "state",
                            django.db.models.CharField(choices=[(state, state) for state in STATES], max_length=12),
                        ),
                        ("mode", django.db.models.CharField(max_length=20, null=True)),
                    ],
                    options={"verbose_name_plural": "telemetry"},
                ),
            ],
        ),
        migrations.RunPython(create, drop),
    ]
