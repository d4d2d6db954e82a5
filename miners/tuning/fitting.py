"""Which profile goes with which miner: of the same family and model, within its board's bounds."""

from __future__ import annotations

from collections.abc import Iterable

from miners.adapters.modes import Setting
from miners.adapters.registry import KINDS
from miners.commands.deeds import CLOSE_MHZ, CLOSE_MV
from miners.contract import Capability
from miners.models import Miner, MinerStatus, TuningProfile
from miners.services import Invalid
from miners.tuning import bounds


def setting_of(profile: TuningProfile) -> Setting:
    return Setting(profile.frequency_mhz, profile.core_voltage_mv)


def present_setting(status: MinerStatus) -> Setting | None:
    """What the device was last seen set to."""
    if status.frequency_mhz is None or status.core_voltage_mv is None:
        return None
    return Setting(status.frequency_mhz, status.core_voltage_mv)


def is_tunable(miner: Miner) -> bool:
    return Capability.TUNE in miner.status.capabilities


def require_tunable(miner: Miner, field: str) -> None:
    """Raises Invalid about `field` when the device was not seen to take frequency and voltage."""
    if is_tunable(miner):
        return
    if miner.status.needs_code:
        raise Invalid(field, f"{miner} takes settings only after its one-time code.")
    if miner.status.seen_at is None:
        raise Invalid(field, f"{miner} was never read, so what it can do is not known yet.")
    raise Invalid(field, f"{miner} is not tuned by frequency and voltage over the network.")


def is_for(profile: TuningProfile, miner: Miner) -> bool:
    return (profile.kind, profile.model) == (miner.kind, miner.status.model)


def require(profile: TuningProfile, miner: Miner) -> None:
    """Raises Invalid about `profile_id`, with the reason in one sentence."""
    if not is_for(profile, miner):
        meant, seen = _named(profile.kind, profile.model), _named(miner.kind, miner.status.model)
        raise Invalid("profile_id", f"{profile} is for {meant}; {miner} is {seen}.")
    require_tunable(miner, "profile_id")
    try:
        bounds.require(miner, setting_of(profile))
    except Invalid as error:
        raise Invalid("profile_id", f"{profile} does not fit {miner}: {error.reason}") from None


def fits(profile: TuningProfile, miner: Miner) -> bool:
    try:
        require(profile, miner)
    except Invalid:
        return False
    return True


def runs(profile: TuningProfile, miner: Miner) -> bool:
    """Whether it was last seen set as the profile says, as near as firmware rounds."""
    seen = present_setting(miner.status)
    return (
        seen is not None
        and is_for(profile, miner)
        and abs(seen.frequency_mhz - profile.frequency_mhz) < CLOSE_MHZ
        and abs(seen.core_voltage_mv - profile.core_voltage_mv) < CLOSE_MV
    )


def running(profile: TuningProfile, miners: Iterable[Miner]) -> list[Miner]:
    return [miner for miner in miners if runs(profile, miner)]


def _named(kind: str, model: str | None) -> str:
    """The model, with its family where that is not already said."""
    family = KINDS[kind].label if kind in KINDS else kind
    if not model:
        return f"a {family} of an unknown model"
    return model if model.split()[0] == family.split()[0] else f"{family} {model}"
