"""One thing done to many miners from the pages: first what it would do, then what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hmm_project.access import actor_of
from hmm_project.pages import HtmxHttpRequest, page
from miners.bulk import Make, sorted_out
from miners.bulk_choice import BulkChoice, read
from miners.bulk_offers import groups
from miners.commands import Effect, execute, preview
from miners.models import Miner, Outcome


class Look(NamedTuple):
    words: str
    icon: str
    tone: str


EFFECTS: Mapping[str, Look] = {
    "send": Look("will be sent", "arrow-right", "ok"),
    "unchanged": Look("already so", "check", "rest"),
    "refused": Look("not possible", "circle-x", "bad"),
    "shadowed": Look("SHADOW: not sent", "eye", "info"),
    "later": Look("not now", "clock", "warn"),
}
WAY_OUT = "Set the strategy to LIVE, or to PAUSED to steer by hand."
OUTCOMES: Mapping[str, Look] = {
    Outcome.VERIFIED: Look("done, and read back", "circle-check", "ok"),
    Outcome.UNVERIFIED: Look("sent, not shown by the device yet", "circle-question-mark", "warn"),
    Outcome.REFUSED: Look("refused", "circle-x", "bad"),
    Outcome.UNREACHABLE: Look("unreachable", "wifi-off", "bad"),
    Outcome.SHADOWED: Look("SHADOW: not sent", "eye", "info"),
    Outcome.UNCHANGED: Look("already so, nothing sent", "check", "rest"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one miner."""

    miner: Miner
    look: Look
    detail: str


@require_http_methods(["GET", "POST"])
def bulk(request: HtmxHttpRequest) -> HttpResponse:
    """GET previews what was chosen on the list and touches no device; POST does it, which may take half a minute."""
    choice = read(request.POST if request.method == "POST" else request.GET, actor_of(request))
    if not choice.miners:
        messages.info(request, "Tick at least one miner first.", extra_tags="info")
        return redirect("miners")
    context: dict[str, Any] = {"choice": choice, "groups": groups, "done": False}
    if choice.make:
        done = request.method == "POST"
        lines = (_outcomes if done else _effects)(choice.make, choice.miners, timezone.now())
        context |= {"done": done, "lines": lines, "summary": _summary(lines)}
    response = page(request, "miners/bulk.html", context, fragments=("bulk",))
    response.status_code = 422 if _is_wrong(choice) else 200
    return response


def _is_wrong(choice: BulkChoice) -> bool:
    return bool(choice.problem) or (choice.setting is not None and bool(choice.setting.errors))


def _effects(make: Make, miners: list[Miner], now: datetime) -> list[Line]:
    orders, refusals = sorted_out(make, miners)
    effects = dict(zip(orders, preview(list(orders.values()), now=now), strict=True))
    return [
        _effect(miner, effects[miner.pk])
        if miner.pk in effects
        else Line(miner, EFFECTS["refused"], refusals[miner.pk])
        for miner in miners
    ]


def _effect(miner: Miner, effect: Effect) -> Line:
    return Line(miner, EFFECTS[effect.what], WAY_OUT if effect.what == "shadowed" else effect.detail)


def _outcomes(make: Make, miners: list[Miner], now: datetime) -> list[Line]:
    orders, refusals = sorted_out(make, miners)
    commands = dict(zip(orders, execute(list(orders.values()), now=now), strict=True))
    return [
        Line(miner, OUTCOMES[commands[miner.pk].outcome], commands[miner.pk].detail)
        if miner.pk in commands
        else Line(miner, OUTCOMES[Outcome.REFUSED], refusals[miner.pk])
        for miner in miners
    ]


def _summary(lines: list[Line]) -> list[tuple[Look, int]]:
    """How many miners of each look, the most first."""
    return Counter(line.look for line in lines).most_common()
