from __future__ import annotations

from django.apps import AppConfig

from hmm_project.config import only_migrates


class PoolsConfig(AppConfig):
    name = "pools"
    verbose_name = "Pools"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from pools.models import CoinSetting, Payout, Pool

        observed = ["state", "misses", "checked_at", "subscribe_ms", "failure"]
        auditlog.register(Pool, exclude_fields=[*observed, "password"])
        auditlog.register(CoinSetting)
        auditlog.register(Payout)
        if only_migrates():
            return
        from miners import bulk, bulk_offers
        from pools.assigning import on_offer, prepare

        bulk.register("pool", prepare)
        bulk_offers.register("pool", bulk_offers.Valued(argument="pool_id", label="Pool", values=on_offer))
