"""What AxeOS and its descendant on the NerdQAxe spell alike: GET /api/system/info and /api/system/asic, parsed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miners.adapters import modes, parse
from miners.adapters.catalogue import Board
from miners.adapters.modes import Setting
from miners.contract import Capability, Options, PoolEndpoint, Preset, Reading, Refused

INFO = "/api/system/info"
ASIC = "/api/system/asic"
SYSTEM = "/api/system"
RESTART = "/api/system/restart"

MOST_W = 1000
FASTEST_RPM = 30_000
FASTEST_MHZ = 3000
HIGHEST_MV = 3000
FASTEST_GHS = 1e6  # 1 PH/s from less than 500 W does not exist: such a clone counts in H/s
CLONES_DRAW_LESS_W = 500
MOST_OPTIONS = 64
MOST_CHIPS = 256
MOST_CORES = 10_000  # of one chip


def reading(info: Mapping[str, Any], options: Options, board: Board | None) -> Reading:
    """What both spell alike; state, pool and capabilities are the family's own."""
    frequency = parse.number(info.get("frequency"), 1, FASTEST_MHZ)
    voltage = parse.number(info.get("coreVoltage"), 1, HIGHEST_MV)
    return Reading(
        expected_hashrate_ghs=_expected_ghs(info, frequency, board),
        power_w=parse.number(info.get("power"), 0, MOST_W),
        temperature_c=parse.temperature_c(info.get("temp")),
        vr_temperature_c=parse.temperature_c(info.get("vrTemp")),
        fan_rpm=parse.number(parse.first(info, "fanrpm", "fanSpeedRpm", "fanSpeed"), 0, FASTEST_RPM),
        fan_percent=parse.number(info.get("fanspeed"), 0, 100),
        frequency_mhz=frequency,
        core_voltage_mv=voltage,
        mode=modes.told(frequency, voltage, options.modes),
        accepted=parse.count(info.get("sharesAccepted")),
        rejected=parse.count(info.get("sharesRejected")),
        best_difficulty=parse.quantity(info.get("bestDiff")),
        uptime_s=parse.count(info.get("uptimeSeconds")),
        rssi_dbm=parse.rssi_dbm(info.get("wifiRSSI")),
        firmware=firmware(info),
        model=options.model,
        mac=parse.mac(info.get("macAddr")),
        hostname=parse.text(info.get("hostname")),
        options=options,
    )


def hashrate_ghs(info: Mapping[str, Any], *, steady: bool) -> float | None:
    """The one-minute mean where there is one (`hashRate` is noisy), the value of now when not `steady`: means lag."""
    now = parse.number(info.get("hashRate"), 0)
    if steady:
        now = parse.number(info.get("hashRate_1m"), 0) or now
    if now is None:  # NerdQAxe 1.0.2 to 1.0.19 have means only
        now = parse.number(info.get("hashRate_10m"), 0)
    if now is None or now <= FASTEST_GHS:
        return now
    power = parse.number(info.get("power"), 0)
    return now / 1e9 if power is None or power < CLONES_DRAW_LESS_W else None


def _expected_ghs(info: Mapping[str, Any], frequency_mhz: float | None, board: Board | None) -> float | None:
    """As it says (AxeOS 2.8), else frequency × cores × chips of the board, or of the answer for one nobody knows."""
    told = parse.number(info.get("expectedHashrate"), 0, FASTEST_GHS)
    if told is not None or frequency_mhz is None:
        return told
    if board is not None:
        return board.hashrate_ghs(frequency_mhz)
    cores, chips = parse.number(info.get("smallCoreCount"), 1, MOST_CORES), _chips(info)
    return None if cores is None or chips is None else frequency_mhz * cores * chips / 1000


def firmware(info: Mapping[str, Any]) -> str | None:
    return parse.text(info.get("version"))


def pool(info: Mapping[str, Any], *, fallback: bool) -> tuple[str | None, str | None]:
    """host:port and worker of the primary or the fallback pool."""
    url, port, user = (
        ("fallbackStratumURL", "fallbackStratumPort", "fallbackStratumUser")
        if fallback
        else ("stratumURL", "stratumPort", "stratumUser")
    )
    return parse.pool_url(info.get(url), info.get(port)), parse.text(info.get(user), 300)


def options(info: Mapping[str, Any], asic: Mapping[str, Any] | None, board: Board | None, model: str) -> Options:
    """What the board supports, from `asic` where the firmware has it (AxeOS 2.7, NerdQAxe 1.0.32), else by its type."""
    said = asic or {}
    frequencies = _list(said.get("frequencyOptions"), FASTEST_MHZ) or (board.frequencies_mhz if board else ())
    voltages = _list(said.get("voltageOptions"), HIGHEST_MV) or (board.core_voltages_mv if board else ())
    stock = _stock(info, said, board)
    settings = modes.resolve(frequencies, voltages, stock, _eco(said)) if frequencies and voltages and stock else {}
    return Options(
        firmware=firmware(info),
        model=model,
        modes={name: _preset(setting, board) for name, setting in settings.items()},
        frequencies_mhz=frequencies,
        core_voltages_mv=voltages,
    )


def _preset(setting: Setting, board: Board | None) -> Preset:
    return Preset(
        frequency_mhz=setting.frequency_mhz,
        core_voltage_mv=setting.core_voltage_mv,
        power_w=round(board.power_at(setting), 1) if board else None,
        hashrate_ghs=round(board.hashrate_ghs(setting.frequency_mhz), 1) if board else None,
    )


def _list(value: object, highest: float) -> tuple[float, ...]:
    if not isinstance(value, list):
        return ()
    found = {number for item in value[:MOST_OPTIONS] if (number := parse.number(item, 1, highest)) is not None}
    return tuple(sorted(found))


def _stock(info: Mapping[str, Any], asic: Mapping[str, Any], board: Board | None) -> Setting | None:
    frequency = parse.number(parse.first(asic, "defaultFrequency") or info.get("defaultFrequency"), 1, FASTEST_MHZ)
    voltage = parse.number(parse.first(asic, "defaultVoltage") or info.get("defaultCoreVoltage"), 1, HIGHEST_MV)
    if frequency is not None and voltage is not None:
        return Setting(frequency, voltage)
    return board.stock if board else None


def _eco(asic: Mapping[str, Any]) -> Setting | None:
    """The board's own eco setting; 0 means it has none."""
    frequency = parse.number(asic.get("ecoFrequency"), 1, FASTEST_MHZ)
    voltage = parse.number(asic.get("ecoVoltage"), 1, HIGHEST_MV)
    return None if frequency is None or voltage is None else Setting(frequency, voltage)


def stranger(
    info: Mapping[str, Any], asic: Mapping[str, Any] | None, table: Mapping[str, Board], *, chips: int | None
) -> Board | None:
    """A board nobody knows, taken for others with its ASIC; `chips` where it does not count them.

    None when their number remains unknown: it may be of any size.
    """
    board = table.get(parse.text(parse.first(info, "ASICModel")) or "")
    count = _chips(asic or {}) or _chips(info) or chips
    return board.with_chips(count) if board and count else None


def _chips(said: Mapping[str, Any]) -> int | None:
    return parse.count(parse.number(said.get("asicCount"), 1, MOST_CHIPS))


def settable(options: Options) -> frozenset[Capability]:
    """What settings it takes: a board whose limits nobody knows is not tuned."""
    found = {Capability.POOL}
    if options.modes:
        found.add(Capability.MODE)
    if options.frequencies_mhz and options.core_voltages_mv:
        found.add(Capability.TUNE)
    return frozenset(found)


def within(wanted: float, supported: tuple[float, ...], unit: str) -> float:
    """`wanted` when the board supports it. Refused, with the allowed range, when not."""
    if not supported:
        raise Refused("The board does not say which settings it supports, so it is not tuned.")
    low, high = min(supported), max(supported)
    if not low <= wanted <= high:
        raise Refused(f"{wanted:g} {unit} is outside what this board supports: {low:g} to {high:g} {unit}.")
    return wanted


def stratum(pool: PoolEndpoint) -> dict[str, object]:
    """The keys of a pool without its TLS, whose type differs."""
    return {
        "stratumURL": pool.host,
        "stratumPort": pool.port,
        "stratumUser": pool.user,
        "stratumPassword": pool.password,
    }
