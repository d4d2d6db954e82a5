"""The sentence: price, band, reason. The same words everywhere, for the same facts always the same."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from decimal import ROUND_FLOOR, Decimal

from strategy.contract import BandRule, Goal, Verdict
from strategy.decide.ladder import Ladder
from strategy.decide.scene import Scene
from strategy.decide.steps import Intent, Step, foreseen

CENT = Decimal("0.01")
HYSTERESIS = {
    Verdict.NEGATIVE: ", taken for this slot alone because it is below zero",
    Verdict.WORTH: ", taken for this slot alone because it saves {gain} or more",
    Verdict.NEXT_DEARER: ", but {next} follows, so it counts as '{band}'",
    Verdict.NEXT_UNKNOWN: ", but what follows is not known yet, so it counts as '{band}'",
    Verdict.DWELLS: ", but '{band}' began less than {dwell} minutes ago, so it counts as '{band}'",
}


def pence(price: Decimal) -> str:
    """At most two decimals, rounded down: a price never reads as if it had reached the next band."""
    return f"{price.quantize(CENT, ROUND_FLOOR).normalize() + 0:f}p"


def clock(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Local time, with the day where it is not today's."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    time = f"{local:%H:%M}"
    if local.date() == today:
        return time
    if local.date() == today + timedelta(days=1):
        return f"{time} tomorrow"
    return f"{time} on {local:%a} {local.day} {local:%b}"


def named(ladder: Ladder, band: BandRule) -> str:
    """`'Peak' (30p and above)`"""
    level = ladder.bands.index(band)
    lower = pence(ladder.edges[level - 1]) if level else None
    upper = pence(ladder.edges[level]) if level < len(ladder.edges) else None
    if lower and upper:
        span = f"{lower} to {upper}"
    elif lower:
        span = f"{lower} and above"
    else:
        span = f"below {upper}" if upper else "any price"
    return f"'{band.name}' ({span})"


def reason(scene: Scene, step: Step) -> str:
    """Why this step is what it is, without what it is: "31.8p is in 'Peak' (30p and above)"."""
    price = step.slot.price_pence
    if step.verdict is Verdict.NO_LADDER:
        return "There is no ladder"
    if price is None:
        return _no_price(scene, step)
    level = scene.ladder.level(price)
    here = f"{pence(price)} is in {named(scene.ladder, scene.ladder.bands[level])}"
    return here + _hysteresis(scene, step)


def _no_price(scene: Scene, step: Step) -> str:
    missing_since = step.memory.missing_since
    if missing_since is None or step.memory.priced_until is None:
        return "No price is known"
    since = f"No price is known since {clock(missing_since, step.at, scene.zone)}"
    if step.verdict is not Verdict.HELD or step.intent.band is None:
        return since
    until = clock(missing_since + scene.settings.hold, step.at, scene.zone)
    return f"{since}, '{step.intent.band.name}' is held until {until}"


def _hysteresis(scene: Scene, step: Step) -> str:
    next_price = scene.prices.price(step.slot.valid_to)
    return HYSTERESIS.get(step.verdict, "").format(
        band=step.intent.band.name if step.intent.band else "",
        gain=pence(scene.settings.gain_pence),
        next="" if next_price is None else pence(next_price),
        dwell=int(scene.settings.dwell / timedelta(minutes=1)),
    )


def outcome(scene: Scene, intent: Intent) -> str:
    if intent.goal is Goal.MINE:
        return "mining"
    if intent.goal is Goal.LOWEST:
        return "lowest mode"
    champion = scene.miner(intent.champion_id)
    if champion:
        return f"only {champion.name} runs"
    if intent.band and intent.band.champion and scene.settings.champion_mode_enabled:
        return "off, no miner can be champion"
    return "off"


def headline(scene: Scene, step: Step) -> str:
    return f"{reason(scene, step)}: {outcome(scene, step.intent)}"


def sentence(scene: Scene, step: Step, following: Step | None) -> str:
    """`headline` and how long it lasts, as far as that is known."""
    return headline(scene, step) + _until(scene, step, following)


def _until(scene: Scene, step: Step, following: Step | None) -> str:
    if step.verdict in {Verdict.NO_LADDER, Verdict.HELD}:
        return ""
    if following and foreseen(step, following):
        return f" until {clock(following.at, step.at, scene.zone)}"
    if step.verdict is Verdict.SAFE:
        return " until one is"
    known_until = following.memory.missing_since if following else scene.prices.known_until
    return f" until at least {clock(known_until, step.at, scene.zone)}" if known_until else ""
