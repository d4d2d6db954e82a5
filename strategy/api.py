"""/api/strategy."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Body, Router

from hmm_project.access import actor_of
from hmm_project.paging import paged
from strategy import services
from strategy.contract import BandRule
from strategy.models import Decision, Strategy
from strategy.plan_json import plan_json
from strategy.schemas import BandOut, BandShape, DecisionOut, LadderIn, PlanOut, RecordOut, StrategyOut, StrategyPatch

router = Router(tags=["strategy"])


@router.get("", response=StrategyOut)
def get_strategy(request: HttpRequest) -> StrategyOut:
    """What is in force now, and why."""
    return StrategyOut.of(Strategy.load(), services.outlook(timezone.now()))


@router.patch("", response=StrategyOut)
def patch_strategy(request: HttpRequest, body: StrategyPatch) -> StrategyOut:
    """Set the state or settings; all of it or nothing. The engine decides at once."""
    now, actor = timezone.now(), actor_of(request)
    settings = body.settings.dict(exclude_none=True)
    if body.champion_mode_enabled is not None:
        settings["champion_mode_enabled"] = body.champion_mode_enabled
    with transaction.atomic():
        strategy = services.change_settings(**settings, actor=actor, now=now)
        if body.state or body.paused_until:
            services.set_state(body.state or strategy.state, body.paused_until, actor=actor, now=now)
    return get_strategy(request)


@router.get("/bands", response=list[BandOut])
@paged
def list_bands(request: HttpRequest) -> list[BandRule]:
    """The ladder, cheapest band first."""
    return list(services.bands())


@router.put("/bands", response=list[BandOut])
@paged
def put_bands(request: HttpRequest, body: Body[LadderIn | list[BandShape]]) -> list[BandRule]:
    """Replace the whole ladder, given as it is read or as a plain list. 422 when it is none; then the old one stays."""
    shapes = body.items if isinstance(body, LadderIn) else body
    rules = [shape.rule() for shape in shapes]
    return list(services.replace_bands(rules, actor=actor_of(request), now=timezone.now()))


@router.get("/plan", response=PlanOut)
def get_plan(request: HttpRequest) -> HttpResponse:
    """The slots ahead, as they would be decided, a day at least."""
    return HttpResponse(plan_json(services.plan(timezone.now())), content_type="application/json")


@router.get("/decisions", response=list[RecordOut])
@paged
def list_decisions(request: HttpRequest) -> QuerySet[Decision]:
    """What was decided, newest first."""
    return Decision.objects.all()


@router.post("/tick", response=DecisionOut)
def tick(request: HttpRequest) -> DecisionOut:
    """Decide and act now. 409 while the engine is at it."""
    return DecisionOut.of(services.tick(timezone.now()))
