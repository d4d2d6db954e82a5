"""What the world knows of coins, on loopback: mempool and its sibling, blockchair, solopool, CoinGecko, CoinPaprika.

One address for all of them; `endpoints` says where each is found. Control actions beside fault, heal and latency:
    coin {"coin": "BTC", "difficulty": 1.5e14, "height": 925000, "fees": 0.025, "price": 75000}   what is left out stays
    away {"services": ["coingecko"]}                             these answer 429, asking for five minutes; [] ends it
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from miners.simulators.http import HttpEndpoint, Request, Response, json

if TYPE_CHECKING:
    from miners.simulators.simulation import Simulation
    from miners.simulators.spec import ServiceSpec

BLOCKS = 144
RETRY_AFTER_S = 300
SATOSHI = 100_000_000
DOLLARS = 1.3
WORLD: Mapping[str, Mapping[str, float]] = {
    "BTC": {"difficulty": 1.5e14, "height": 925_000, "fees": 0.025, "price": 75_000, "subsidy": 3.125},
    "BCH": {"difficulty": 9.05e11, "height": 972_125, "fees": 0.0, "price": 401.2, "subsidy": 3.125},
    "DGB": {"difficulty": 949_839_478.1, "height": 22_750_000, "fees": 0.0, "price": 0.00561, "subsidy": 277.37625943},
    "BC2": {"difficulty": 3.1e9, "height": 57_750, "fees": 0.0, "price": 0.41, "subsidy": 50.0},
}
COINGECKO = {"bitcoin": "BTC", "bitcoin-cash": "BCH", "digibyte": "DGB", "bitcoinii": "BC2"}
COINPAPRIKA = {"btc-bitcoin": "BTC", "bch-bitcoin-cash": "BCH", "dgb-digibyte": "DGB"}
SOLOPOOL = {"btc": "BTC", "bch": "BCH", "dgb-sha": "DGB", "bc2": "BC2"}
MEMPOOLS = {"mempool": "BTC", "bc2_explorer": "BC2"}


def endpoints(base: str) -> dict[str, str]:
    """config.yaml's endpoints that lead to the simulation at `base`, such as http://127.0.0.1:8082."""
    services = {"mempool", "bc2_explorer", "blockchair", "coingecko", "coinpaprika"}
    return {service: f"{base}/{service}" for service in sorted(services)} | {"solopool": f"{base}/solopool/{{pool}}"}


class Coins(HttpEndpoint):
    def __init__(self, spec: ServiceSpec, simulation: Simulation) -> None:
        super().__init__(
            name=spec.name,
            host=spec.host,
            port=spec.port,
            clock=simulation.clock,
            seed=str(simulation.fleet.seed),
            latency_ms=spec.latency_ms,
        )
        self.asked: dict[str, int] = {}  # requests by service
        self._world = {coin: dict(values) for coin, values in WORLD.items()}
        self._away: frozenset[str] = frozenset()

    def handle(self, request: Request) -> Response:
        service, _, path = request.path.strip("/").partition("/")
        self.asked[service] = self.asked.get(service, 0) + 1
        if service in self._away:
            body = json({"status": {"error_code": 429, "error_message": "You've exceeded the Rate Limit."}}).body
            return Response(body, 429, headers={"Retry-After": str(RETRY_AFTER_S)})
        answer = self._answer(service, path, request.query) if request.method == "GET" else None
        return json({"error": "not found"}, 404) if answer is None else json(answer)

    def _answer(self, service: str, path: str, query: Mapping[str, str]) -> Any:
        """None: there is no such page."""
        if service in MEMPOOLS:
            return self._mempool(self._world[MEMPOOLS[service]], path)
        if service == "blockchair" and path == "bitcoin-cash/stats":
            return self._blockchair(self._world["BCH"])
        if service == "solopool" and (found := re.fullmatch(r"([a-z0-9-]+)/api/stats", path)):
            return self._solopool(self._world.get(SOLOPOOL.get(found[1], "")))
        if service == "coingecko" and path == "api/v3/simple/price":
            return self._coingecko(query.get("ids", "").split(","))
        if service == "coinpaprika" and (found := re.fullmatch(r"v1/tickers/([a-z-]+)", path)):
            return self._coinpaprika(found[1])
        return None

    def _mempool(self, coin: Mapping[str, float], path: str) -> Any:
        match path:
            case "api/v1/mining/hashrate/3d":
                return {"hashrates": [], "difficulty": [], "currentDifficulty": coin["difficulty"]}
            case "api/v1/mining/reward-stats/144":
                fees, subsidies = (round(coin[name] * BLOCKS * SATOSHI) for name in ("fees", "subsidy"))
                first, last = int(coin["height"]) - BLOCKS + 1, int(coin["height"])
                total = {"totalReward": str(fees + subsidies), "totalFee": str(fees)}
                return {"startBlock": first, "endBlock": last, **total, "totalTx": "400000"}
            case "api/v1/prices":
                return {"time": 1_795_329_000, "USD": coin["price"] * DOLLARS, "GBP": coin["price"]}
        return None

    def _blockchair(self, coin: Mapping[str, float]) -> Any:
        height, dollars = int(coin["height"]), round(coin["price"] * DOLLARS, 2)
        data = {"blocks": height + 1, "best_block_height": height, "difficulty": coin["difficulty"]}
        return {"data": data | {"market_price_usd": dollars}, "context": {"code": 200}}

    def _solopool(self, coin: Mapping[str, float] | None) -> Any:
        if coin is None:
            return None
        stats = {"difficulty": str(coin["difficulty"]), "height": int(coin["height"]), "roundShares": 1}
        return {"stats": stats, "poolHashrate": 31_200_000_000_000, "minersTotal": 412}

    def _coingecko(self, ids: list[str]) -> Any:
        return {name: {"gbp": self._world[COINGECKO[name]]["price"]} for name in ids if name in COINGECKO}

    def _coinpaprika(self, name: str) -> Any:
        coin = COINPAPRIKA.get(name)
        return {"id": name, "quotes": {"GBP": {"price": self._world[coin]["price"]}}} if coin else None

    def actions(self) -> dict[str, Callable[[Mapping[str, Any]], None]]:
        return {
            "coin": lambda arguments: self.change(str(arguments["coin"]), arguments),
            "away": lambda arguments: self.send_away(arguments["services"]),
        }

    def change(self, coin: str, values: Mapping[str, Any]) -> None:
        """Other figures of one coin from now on; a price of NaN or 0 is told as it is."""
        known = self._world[coin]
        known.update({name: value for name, value in values.items() if name in known})

    def send_away(self, services: list[str]) -> None:
        self._away = frozenset(map(str, services))

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"asked": self.asked, "away": sorted(self._away), "world": self._world}
