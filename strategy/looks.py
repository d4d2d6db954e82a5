"""What a decision for a miner is called on pages, and the style it is drawn in. Never by colour alone."""

from __future__ import annotations

from strategy.contract import Lever, MinerDecision, Power

LEVELS = {"eco": 1, "low": 1, "standard": 2, "med": 2, "turbo": 3, "high": 3, "oc": 4}


def look(decision: MinerDecision | None) -> tuple[str, str]:
    """Words and style; both empty where there is no decision."""
    if decision is None:
        return "", ""
    if decision.power == Power.LEAVE:
        return "left alone", "leave"
    if decision.power == Power.ON:
        words = decision.mode or "on"
        return (f"★ {words}", "champion") if decision.champion else (words, f"level-{LEVELS.get(words, 2)}")
    if decision.lever == Lever.UNCONTROLLABLE:
        return "not stoppable", "stuck"
    return ("lowest mode", "level-1") if decision.lever == Lever.LOWEST else ("off", "off")
