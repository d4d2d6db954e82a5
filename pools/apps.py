from __future__ import annotations

from django.apps import AppConfig


class PoolsConfig(AppConfig):
    name = "pools"
    verbose_name = "Pools"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from miners import bulk, bulk_offers
        from pools.assigning import on_offer, prepare
        from pools.models import Pool

        observed = ["state", "misses", "checked_at", "subscribe_ms", "failure"]
        auditlog.register(Pool, exclude_fields=[*observed, "password"])
        bulk.register("pool", prepare)
        bulk_offers.register("pool", bulk_offers.Valued(argument="pool_id", label="Pool", values=on_offer))
