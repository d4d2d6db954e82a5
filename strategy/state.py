"""A person changes the engine's state and settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from hmm_project.journal.services import record
from strategy.changing import changed
from strategy.models import EngineState, Strategy

SETTINGS = (
    "gain_pence",
    "dwell_minutes",
    "hold_minutes",
    "missing_price_action",
    "champion_mode_enabled",
    "prefer_soft_off",
)
ENGINE = "strategy"  # who ends a pause


@transaction.atomic
def set_state(state: str, until: datetime | None = None, *, actor: str, now: datetime) -> Strategy:
    """LIVE, SHADOW, or PAUSED until a time (None: until a person says so). Raises ValidationError naming the field."""
    check_state(state, until, now=now)
    strategy = _locked()
    if state == EngineState.PAUSED and strategy.state != EngineState.PAUSED:
        strategy.resumes_to = strategy.state
    return _keep(strategy, state, until, actor=actor, now=now)


def check_state(state: str, until: datetime | None, *, now: datetime) -> None:
    """Raise ValidationError when the engine cannot be in this state until then."""
    if state not in EngineState.values:
        raise ValidationError({"state": f"There is no state {state!r}; there are: {', '.join(EngineState.values)}."})
    if until and state != EngineState.PAUSED:
        raise ValidationError({"paused_until": "Only PAUSED has an end."})
    if until and until <= now:
        raise ValidationError({"paused_until": "This time is over; choose one ahead."})


@transaction.atomic
def end_pause(now: datetime) -> None:
    """A pause that is over becomes what was before it."""
    strategy = _locked()
    if strategy.state_at(now) != strategy.state:
        _keep(strategy, strategy.resumes_to, None, actor=ENGINE, now=now)


@transaction.atomic
def change_settings(*, actor: str, now: datetime, **changes: Any) -> Strategy:
    """Change what a person may choose beside the state. Raises ValidationError naming the field; then all stays."""
    strategy = _locked()
    before = {name: getattr(strategy, name) for name in SETTINGS}
    for name, value in changes.items():
        if name not in SETTINGS:
            raise ValidationError({name: f"There is no such setting; there are: {', '.join(SETTINGS)}."})
        if before[name] != value:
            setattr(strategy, name, value)
    strategy.full_clean(validate_unique=False)
    told = [f"{name} {getattr(strategy, name)}" for name in SETTINGS if getattr(strategy, name) != before[name]]
    if told:
        strategy.acting = actor
        strategy.save()
        record(now=now, kind="strategy-settings", message=f"{actor} set {', '.join(told)}.")
        changed()
    return strategy


def _locked() -> Strategy:
    return Strategy.objects.select_for_update().get(pk=Strategy.load().pk)


def _keep(strategy: Strategy, state: str, until: datetime | None, *, actor: str, now: datetime) -> Strategy:
    if (strategy.state, strategy.paused_until) == (state, until):
        return strategy
    strategy.state, strategy.paused_until, strategy.acting = state, until, actor
    strategy.save()
    ends = f" until {until:%Y-%m-%d %H:%M} UTC" if until else ""
    record(now=now, kind="strategy-state", message=f"{actor} set the strategy to {state}{ends}.")
    changed()
    return strategy
