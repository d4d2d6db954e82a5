"""What the strategy does for others: it decides, it looks ahead, and it takes a person's changes."""

from __future__ import annotations

from datetime import datetime

from hmm_project.locks import hold
from strategy import decide as engine
from strategy.act import act
from strategy.contract import Decision, Plan
from strategy.gather import gather
from strategy.ladder import bands
from strategy.ladder_change import replace_bands
from strategy.state import change_settings, end_pause, set_state

__all__ = ["bands", "change_settings", "outlook", "plan", "replace_bands", "set_state", "tick"]
LOCK_TTL_S = 300  # longer than the commands of a fleet take; each miner has a lock of its own beside it


def tick(now: datetime) -> Decision:
    """Decide and act. Raises Busy while another worker does."""
    with hold("strategy", ttl_s=LOCK_TTL_S):
        end_pause(now)
        snapshot = gather(now)
        decision = engine.decide(snapshot)
        act(decision, snapshot, now=now)
        return decision


def outlook(now: datetime) -> Decision:
    """What `tick` would decide; nothing is kept and nothing is done."""
    return engine.decide(gather(now))


def plan(now: datetime) -> Plan:
    """The slots ahead, as they would be decided."""
    return engine.plan(gather(now))
