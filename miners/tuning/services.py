"""What a person does with tuning profiles: each function is one atomic change with its audit line, or orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from hmm_project import live
from miners.adapters.modes import Setting
from miners.bulk import order
from miners.commands import Order, execute
from miners.contract import State
from miners.models import Action, Command, Miner, TuningProfile
from miners.services import Invalid
from miners.tuning import bounds, fitting
from miners.wall import is_stale, miners_with_status

CHANGEABLE = frozenset(("name", "note", "frequency_mhz", "core_voltage_mv"))
SILENT = (State.UNREACHABLE, State.OFF, State.UNKNOWN)


def save_profile(miner: Miner, *, name: str, note: str = "", actor: str, now: datetime) -> TuningProfile:
    """Keep what `miner` is set to now under a name. Raises ValidationError (Invalid) naming the field."""
    setting = _setting_to_keep(miner, now)
    profile = TuningProfile(
        name=name,
        kind=miner.kind,
        model=miner.status.model or "",
        frequency_mhz=setting.frequency_mhz,
        core_voltage_mv=setting.core_voltage_mv,
        note=note,
    )
    return keep_profile(profile, actor=actor)


def _setting_to_keep(miner: Miner, now: datetime) -> Setting:
    field = "from_miner_id"
    fitting.require_tunable(miner, field)
    setting = fitting.present_setting(miner.status)
    if miner.status.state in SILENT or is_stale(miner.status, now):
        raise Invalid(field, f"{miner} does not answer, so its present setting is not known.")
    if miner.status.overheated:
        raise Invalid(field, f"{miner} is overheated: its firmware has put the setting down, so it is not kept.")
    if setting is None or not miner.status.model:
        raise Invalid(field, f"{miner} does not say its {'model' if setting else 'frequency and core voltage'}.")
    try:
        bounds.require(miner, setting)
    except Invalid as error:
        raise Invalid(field, f"The present setting of {miner} is not kept: {error.reason}") from None
    return setting


def update_profile(profile: TuningProfile, *, actor: str, **changes: Any) -> TuningProfile:
    """Change name, note or setting. Raises ValidationError (Invalid) naming the field; nothing is saved then."""
    for field, value in changes.items():
        if field not in CHANGEABLE:
            raise Invalid(field, f"It cannot be changed; {', '.join(sorted(CHANGEABLE))} can.")
        setattr(profile, field, value)
    return keep_profile(profile, actor=actor)


@transaction.atomic
def keep_profile(profile: TuningProfile, *, actor: str) -> TuningProfile:
    """Check and keep `profile` as it stands in memory. Raises ValidationError (Invalid) naming the field."""
    require_sound(profile)
    profile.full_clean()
    profile.acting = actor
    profile.save()
    live.announce("profiles-changed", [profile.pk])
    return profile


def require_sound(profile: TuningProfile) -> None:
    """One spelling, and a setting that its boards support. Raises Invalid."""
    for field in ("name", "model", "note"):
        text = getattr(profile, field).strip()
        if not text.isprintable():
            raise Invalid(field, "Enter text without line breaks and control characters.")
        setattr(profile, field, text)
    _require_a_board(profile)


def _require_a_board(profile: TuningProfile) -> None:
    """Where boards of its model are known, at least one of them must support it."""
    boards = [miner for miner in miners_with_status().filter(kind=profile.kind) if fitting.is_for(profile, miner)]
    refusals = []
    for miner in boards:
        try:
            bounds.require(miner, fitting.setting_of(profile))
        except Invalid as error:
            refusals.append(error)
    if boards and len(refusals) == len(boards):
        raise refusals[0]


@transaction.atomic
def delete_profile(profile: TuningProfile, *, actor: str) -> None:
    """Forget it; the miners stay as they are set."""
    pk = profile.pk
    profile.acting = actor
    profile.delete()
    live.announce("profiles-changed", [pk])


def apply_profile(profile: TuningProfile, miners: Sequence[Miner], *, actor: str, now: datetime) -> list[Command]:
    """Set `miners` as it says; a ledger row each, in their order. Raises Invalid, before anything is sent, for a miner
    that it does not fit."""
    return execute([order_for(profile, miner, actor) for miner in miners], now=now)


def order_for(profile: TuningProfile, miner: Miner, actor: str) -> Order:
    fitting.require(profile, miner)
    return Order(
        Action.TUNE,
        actor,
        f"{actor} applied the profile {profile}.",
        miner_id=miner.pk,
        frequency_mhz=profile.frequency_mhz,
        core_voltage_mv=profile.core_voltage_mv,
    )


def prepare_profile(values: Mapping[str, Any], actor: str) -> Callable[[Miner], Order]:
    """The bulk action "profile" of miners.bulk."""
    profile = TuningProfile.objects.filter(pk=values.get("profile_id") or 0).first()
    if profile is None:
        raise Invalid("profile_id", f"There is no profile {values.get('profile_id')}.")
    return lambda miner: order_for(profile, miner, actor)


def prepare_tune(values: Mapping[str, Any], actor: str) -> Callable[[Miner], Order]:
    """The bulk action "tune": each miner within its own board's bounds."""
    for field in ("frequency_mhz", "core_voltage_mv"):
        if values.get(field) is None:
            raise Invalid(field, "Frequency and core voltage are always set together.")
    setting = Setting(values["frequency_mhz"], values["core_voltage_mv"])

    def make(miner: Miner) -> Order:
        bounds.require(miner, setting)
        return order(
            Action.TUNE,
            miner,
            actor,
            frequency_mhz=setting.frequency_mhz,
            core_voltage_mv=setting.core_voltage_mv,
        )

    return make
