"""The REST API under /api/: one NinjaAPI, each app's router."""

from __future__ import annotations

from ninja import NinjaAPI

from energy.api import router as energy
from energy.ledger.api import router as costs
from hmm_project import api_errors
from hmm_project.api_auth import AUTHENTICATIONS
from hmm_project.dashboard.api import router as audit
from hmm_project.journal.api import router as journal
from hmm_project.version import VERSION
from miners.api import router as miners
from miners.broadcast_api import router as broadcasting
from miners.discovery.api import miners_router as connection_test
from miners.discovery.api import router as discovery
from miners.health.api import router as health
from miners.kinds_api import router as kinds
from miners.ledger_api import router as ledger
from miners.power.api import router as power
from miners.telemetry.api import router as telemetry
from miners.tuning.api import router as tuning
from pools.api import miners_router as miner_pools
from pools.api import router as pools
from pools.coins.api import payouts_router as payouts
from pools.coins.api import router as coins
from strategy.api import router as strategy

api = NinjaAPI(
    title="Home Miner Manager",
    version=VERSION,
    urls_namespace="api",
    description="Hashrates in GH/s, power in W, prices in pence per kWh including VAT, times in UTC.",
    auth=AUTHENTICATIONS,
)
api_errors.install(api)
api.add_router("/miners", miners)
api.add_router("/miners", kinds)
api.add_router("/miners", connection_test)
api.add_router("/miners", broadcasting)
api.add_router("/miners", telemetry)
api.add_router("/miners", health)
api.add_router("/miners", tuning)
api.add_router("/miners", miner_pools)
api.add_router("/discovery", discovery)
api.add_router("/", ledger)
api.add_router("/power", power)
api.add_router("/pools", pools)
api.add_router("/coins", coins)
api.add_router("/payouts", payouts)
api.add_router("/energy", energy)
api.add_router("/energy", costs)
api.add_router("/strategy", strategy)
api.add_router("/", journal)
api.add_router("/", audit)
