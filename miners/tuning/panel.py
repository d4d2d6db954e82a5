"""What the panel "Tune" of a miner's page shows: its board's own options, the setting in force, what a choice means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from miners.adapters.modes import Setting
from miners.adapters.options import from_json
from miners.contract import Capability, Options
from miners.models import Miner, TuningProfile
from miners.tuning import fitting
from miners.tuning.estimate import Estimate, estimate, stock_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a select."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    frequencies: Sequence[Choice]
    voltages: Sequence[Choice]
    present: Setting | None
    present_estimate: Estimate
    chosen: Setting
    estimate: Estimate
    profiles: Sequence[TuningProfile]  # those that fit its board
    running: Sequence[TuningProfile]  # those it is set to


def panel(miner: Miner, chosen: Setting | None = None) -> Panel | None:
    """`chosen`: what a person looks at; else the present setting, else stock. None where nothing can be tuned."""
    options = from_json(miner.status.options) or Options()
    if Capability.TUNE not in miner.status.capabilities or not options.frequencies_mhz or not options.core_voltages_mv:
        return None
    present, stock = fitting.present_setting(miner.status), stock_of(options)
    looked_at = chosen or present or stock or Setting(min(options.frequencies_mhz), min(options.core_voltages_mv))
    profiles = [profile for profile in TuningProfile.objects.filter(kind=miner.kind) if fitting.fits(profile, miner)]
    return Panel(
        frequencies=_choices(
            options.frequencies_mhz, "MHz", lambda each: each.frequency_mhz, looked_at, present, stock
        ),
        voltages=_choices(options.core_voltages_mv, "mV", lambda each: each.core_voltage_mv, looked_at, present, stock),
        present=present,
        present_estimate=estimate(options, present) if present else Estimate(),
        chosen=looked_at,
        estimate=estimate(options, looked_at),
        profiles=profiles,
        running=[profile for profile in profiles if fitting.runs(profile, miner)],
    )


def _choices(
    supported: Sequence[float],
    unit: str,
    part: Callable[[Setting], float],
    chosen: Setting,
    present: Setting | None,
    stock: Setting | None,
) -> list[Choice]:
    """The board's own values, and what it is set to where that lies between them."""
    now = part(present) if present else None
    values = set(supported)
    if now is not None and min(values) <= now <= max(values):
        values.add(now)
    return [
        Choice(
            value=f"{value:g}",
            words=_words(value, unit, now, part(stock) if stock else None),
            chosen=value == part(chosen),
        )
        for value in sorted(values)
    ]


def _words(value: float, unit: str, now: float | None, stock: float | None) -> str:
    notes = ["now"] if value == now else []
    if stock is not None and value >= stock:
        notes.append("stock" if value == stock else "above stock")
    return ", ".join([f"{value:g} {unit}", *notes])
