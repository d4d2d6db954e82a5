"""What a board was set to before it lowered itself, told by the ledger and the telemetry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, Q

from miners.adapters.modes import Setting
from miners.adapters.recovery import lowered_itself
from miners.contract import Options, Reading
from miners.models import Action, Command, Miner, Outcome, Telemetry

SETS = (Action.MODE, Action.TUNE)
KNOWN = (Outcome.VERIFIED, Outcome.UNCHANGED)


def setting_of(action: str, argument: Mapping[str, Any], options: Options | None) -> Setting | None:
    """The frequency and voltage an order of a mode or a setting writes; None where the board's options do not tell."""
    if action == Action.MODE:
        preset = options.modes.get(argument.get("mode") or "") if options else None
        return _setting(preset.frequency_mhz, preset.core_voltage_mv) if preset else None
    return _setting(argument.get("frequency_mhz"), argument.get("core_voltage_mv"))


def shown(seen: Reading) -> Setting | None:
    return _setting(seen.frequency_mhz, seen.core_voltage_mv)


def before_heat(miner: Miner, seen: Reading, since: datetime) -> Setting | None:
    """What it ran at after `since`, and after its last order, until the overheat that `seen` shows; None without one.

    While it is stopped by heat it may show anything, so what it ran at last counts. Afterwards only the step down
    that its firmware makes: every other setting is somebody's wish.
    """
    now_at = shown(seen)
    for setting in _ran_at(miner, seen.options, since):
        if seen.overheated and _is_own(setting, seen.options):
            return setting
        if now_at and lowered_itself(
            setting.frequency_mhz, setting.core_voltage_mv, now_at.frequency_mhz, now_at.core_voltage_mv
        ):
            return setting
    return None


def _ran_at(miner: Miner, options: Options | None, since: datetime) -> Iterator[Setting]:
    """What the last order proved, then what was measured since, the latest first."""
    orders = Command.objects.filter(Q(sent=True) | Q(outcome__in=KNOWN), miner=miner, action__in=SETS, time__gt=since)
    last = orders.exclude(outcome=Outcome.REFUSED).first()
    if last:
        since = last.time
        proved = setting_of(last.action, last.argument, options) if last.outcome in KNOWN else None
        if proved:
            yield proved
    ran = Telemetry.objects.filter(miner_id=miner.pk, time__gt=since)
    pairs = ran.values("frequency_mhz", "core_voltage_mv").annotate(last=Max("time")).order_by("-last")
    for pair in pairs:
        if setting := _setting(pair["frequency_mhz"], pair["core_voltage_mv"]):
            yield setting


def _is_own(setting: Setting, options: Options | None) -> bool:
    """Not what a firmware falls to when it stops, which is below everything the board offers."""
    return not (options and options.frequencies_mhz) or setting.frequency_mhz >= min(options.frequencies_mhz)


def _setting(frequency_mhz: float | None, core_voltage_mv: float | None) -> Setting | None:
    return None if frequency_mhz is None or core_voltage_mv is None else Setting(frequency_mhz, core_voltage_mv)
