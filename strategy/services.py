"""What the strategy does for others: it decides, it looks ahead, and it takes a person's changes."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from energy.models import Tariff
from energy.prices import rate_at
from energy.services import refresh_if_due
from hmm_project.locks import Busy, hold
from strategy import decide as engine
from strategy.act import act
from strategy.contract import Decision, Plan
from strategy.gather import gather
from strategy.ladder import bands
from strategy.ladder_change import replace_bands
from strategy.state import change_settings, end_pause, set_state

__all__ = ["bands", "change_settings", "outlook", "plan", "replace_bands", "set_state", "tick"]
PRICE_WAIT_S = 30  # for a refresh that is under way
LOCK_TTL_S = 300  # longer than the commands of a fleet take; each miner has a lock of its own beside it


def tick(now: datetime) -> Decision:
    """Decide and act. Raises Busy while another worker does."""
    _look_for_a_price(now)
    with hold("strategy", ttl_s=LOCK_TTL_S):
        end_pause(now)
        snapshot = gather(now)
        decision = engine.decide(snapshot)
        act(decision, snapshot, now=now)
        return decision


def _look_for_a_price(now: datetime) -> None:
    """After a long absence the price is only not fetched yet: that is no reason to switch everything off."""
    if rate_at(now) is None:
        with suppress(Busy, Tariff.DoesNotExist):
            refresh_if_due(now, wait_s=PRICE_WAIT_S)


def outlook(now: datetime) -> Decision:
    """What `tick` would decide; nothing is kept and nothing is done."""
    return engine.decide(gather(now))


def plan(now: datetime) -> Plan:
    """The slots ahead, as they would be decided."""
    return engine.plan(gather(now))
