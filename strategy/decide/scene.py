"""A snapshot made ready for many steps: sorted, indexed, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from strategy.contract import EngineState, MinerFacts, PoolFacts, Settings, Snapshot, SwitchFacts
from strategy.decide.ladder import Ladder
from strategy.decide.prices import Prices


@dataclass(frozen=True, slots=True)
class Scene:
    zone: tzinfo
    settings: Settings
    ladder: Ladder
    prices: Prices
    miners: dict[int, MinerFacts]
    switches: dict[int, SwitchFacts]
    pools: dict[int, PoolFacts]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Scene:
        return cls(
            snapshot.zone,
            snapshot.settings,
            Ladder.of(snapshot.bands),
            Prices(snapshot.rates),
            {miner.id: miner for miner in snapshot.miners},
            {switch.id: switch for switch in snapshot.switches},
            {pool.id: pool for pool in snapshot.pools},
        )

    @property
    def live(self) -> bool:
        return self.settings.state is EngineState.LIVE

    def miner(self, miner_id: int | None) -> MinerFacts | None:
        return None if miner_id is None else self.miners.get(miner_id)

    def pool(self, pool_id: int | None) -> PoolFacts | None:
        return None if pool_id is None else self.pools.get(pool_id)

    def plug_of(self, miner: MinerFacts) -> SwitchFacts | None:
        return self.switches.get(miner.switch_id) if miner.switch_id is not None else None
