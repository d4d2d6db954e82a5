"""What a person should know: conditions that hold, and things that have just happened."""

from __future__ import annotations

from collections.abc import Iterator

from strategy.contract import Champion, Condition, Lever, MinerFacts, Notice, Verdict
from strategy.decide.champion import efficiency_j_th, failure
from strategy.decide.resolve import Resolved
from strategy.decide.scene import Scene
from strategy.decide.steps import Step

PRICE_MISSING = "price-missing"
LADDER_MISSING = "ladder-missing"
UNCONTROLLABLE = "miner-uncontrollable"
CHAMPION_MISSING = "champion-missing"


def conditions(scene: Scene, step: Step, resolved: Resolved, because: str) -> Iterator[Condition]:
    if step.verdict is Verdict.NO_LADDER:
        yield Condition(kind=LADDER_MISSING, message=because, urgent=True)
    elif step.slot.price_pence is None:
        then = f", then {scene.settings.missing_price_action.words}" if step.verdict is Verdict.HELD else ""
        yield Condition(kind=PRICE_MISSING, message=because + then)
    if not scene.live:
        return
    if step.memory.champion and step.memory.champion.miner_id is None:
        yield Condition(kind=CHAMPION_MISSING, message=because, urgent=True)
    for decision in resolved.miners:
        if decision.lever is Lever.UNCONTROLLABLE:
            miner = scene.miners[decision.miner_id]
            subject, message = _subject(miner), f"{miner.name}: {decision.because}"
            yield Condition(kind=UNCONTROLLABLE, message=message, subject=subject, name=miner.name, urgent=True)


def notices(scene: Scene, step: Step, before: Champion | None) -> Iterator[Notice]:
    """The champion's selection and promotion. What is only imagined in SHADOW is not news."""
    after = step.memory.champion
    if not scene.live or after is None or (before and before.miner_id == after.miner_id):
        return
    failed = scene.miner(before.miner_id) if before and before.miner_id in after.excluded else None
    miner = scene.miner(after.miner_id)
    told = f", because {failed.name} failed: {_failure(scene, step, failed)}" if failed else ""
    if miner:
        kind = "champion-promoted" if failed else "champion-selected"
        message = f"{miner.name} is champion{_efficiency(miner)}{told}"
        yield Notice(kind=kind, message=message, subject=_subject(miner), name=miner.name)
    elif failed:
        yield Notice(kind="champion-exhausted", message=f"No miner is left to be champion{told}")


def _failure(scene: Scene, step: Step, miner: MinerFacts) -> str:
    return (step.intent.band and failure(scene, step.intent.band, miner)) or "three times in a row"


def _efficiency(miner: MinerFacts) -> str:
    efficiency = efficiency_j_th(miner)
    return "" if efficiency is None else f" with {efficiency:.1f} J/TH"


def _subject(miner: MinerFacts) -> str:
    return f"miner:{miner.id}"
