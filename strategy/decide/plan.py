"""plan: the steps ahead, slot by slot, with what they are expected to draw and cost."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from strategy.contract import Plan, PlanSlot, Snapshot
from strategy.decide.resolve import Resolved, resolve
from strategy.decide.scene import Scene
from strategy.decide.steps import Intent, Step, walk
from strategy.decide.watts import Draw, draw
from strategy.decide.words import sentence

HOUR = timedelta(hours=1)


def plan(snapshot: Snapshot) -> Plan:
    """The decisions of the slots ahead, each taking those before it as carried out; the first slot is told whole."""
    scene = Scene.of(snapshot)
    steps = list(walk(scene, snapshot.now, snapshot.memory))
    worked_out: dict[Intent, tuple[Resolved, Draw]] = {}  # a day has few intents, a farm has many miners
    slots = []
    for step, following in zip(steps, _followings(steps), strict=True):
        if step.intent not in worked_out:
            resolved = resolve(scene, step.intent)
            worked_out[step.intent] = resolved, draw(scene, resolved)
        begins = step.slot.valid_from if step is steps[0] else step.at
        slots.append(_slot(step, begins, sentence(scene, step, following), *worked_out[step.intent]))
    return Plan(made_at=snapshot.now, slots=tuple(slots))


def _followings(steps: list[Step]) -> list[Step | None]:
    """For each step the next one that means something else."""
    followings: list[Step | None] = [None]
    for step, ahead in zip(steps[-2::-1], steps[:0:-1], strict=True):
        followings.append(followings[-1] if ahead.intent == step.intent else ahead)
    return followings[::-1]


def _slot(step: Step, begins: datetime, because: str, resolved: Resolved, draw: Draw) -> PlanSlot:
    price = step.slot.price_pence
    kwh = draw.watts / 1000 * ((step.until - begins) / HOUR)
    return PlanSlot(
        valid_from=begins,
        valid_to=step.until,
        price_pence=price,
        known=price is not None,
        band=step.intent.band,
        goal=step.intent.goal,
        champion_id=step.intent.champion_id,
        because=because,
        miners=resolved.miners,
        expected_w=draw.watts,
        unmeasured=draw.unmeasured,
        expected_kwh=kwh,
        expected_pence=None if price is None else Decimal(str(kwh)) * price,
    )
