"""The simulated services of prices, by their kind in a fleet."""

from __future__ import annotations

from collections.abc import Mapping

from energy.simulators.agile_predict import AgilePredict
from energy.simulators.awattar import Awattar
from energy.simulators.energy_charts import EnergyCharts
from energy.simulators.home_prices import HomeWithPrices
from energy.simulators.nord_pool import NordPool
from energy.simulators.octopus import Octopus
from energy.simulators.tibber import Tibber
from miners.simulators.simulation import Builder

PRICE_SERVICES: Mapping[str, Builder] = {
    "octopus": Octopus,
    "agile_predict": AgilePredict,
    "tibber": Tibber,
    "nord_pool": NordPool,
    "energy_charts": EnergyCharts,
    "awattar": Awattar,
    "home_assistant": HomeWithPrices,
}
