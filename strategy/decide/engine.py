"""decide: the step of now, worked out for every miner and plug."""

from __future__ import annotations

from strategy.contract import Decision, NextChange, Snapshot
from strategy.decide.alerts import conditions, notices
from strategy.decide.resolve import resolve
from strategy.decide.scene import Scene
from strategy.decide.steps import Step, foreseen, walk
from strategy.decide.words import headline, reason, sentence


def decide(snapshot: Snapshot) -> Decision:
    """What everything should do now, and why. Total: every snapshot has a decision."""
    scene = Scene.of(snapshot)
    steps = walk(scene, snapshot.now, snapshot.memory)
    step = next(steps)
    following = next((ahead for ahead in steps if ahead.intent != step.intent), None)
    because = sentence(scene, step, following)
    resolved = resolve(scene, step.intent, reason(scene, step))
    return Decision(
        now=snapshot.now,
        state=snapshot.settings.state,
        slot=step.slot,
        band=step.intent.band,
        goal=step.intent.goal,
        verdict=step.verdict,
        champion_id=step.intent.champion_id,
        because=because,
        miners=resolved.miners,
        switches=resolved.switches,
        next_change=_next_change(scene, step, following),
        memory=step.memory,
        conditions=tuple(conditions(scene, step, resolved, because)),
        notices=tuple(notices(scene, step, snapshot.memory.champion)),
    )


def _next_change(scene: Scene, step: Step, following: Step | None) -> NextChange | None:
    if following is None or not foreseen(step, following):
        return None
    return NextChange(
        at=following.at,
        band=following.intent.band,
        price_pence=following.slot.price_pence,
        because=headline(scene, following),
    )
