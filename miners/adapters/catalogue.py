"""What is known of a board without asking it: chips, options and power at stock settings.

Power is that of the board's input at its default setting, from readings of real devices; what lies between is scaled
by frequency and the square of the voltage. It lets a miner be ranked before it was ever measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from miners.adapters.modes import Setting
from miners.contract import Preset


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One board, or (named by its ASIC) what to assume of a stranger with that ASIC."""

    name: str
    asic: str
    chips: int = 1
    cores: int  # small cores a chip: GH/s = MHz × cores × chips / 1000
    stock: Setting
    power_w: float  # of the whole board at `stock`
    frequencies_mhz: tuple[float, ...]
    core_voltages_mv: tuple[float, ...]

    def hashrate_ghs(self, frequency_mhz: float) -> float:
        return frequency_mhz * self.cores * self.chips / 1000

    def power_at(self, setting: Setting) -> float:
        speed = setting.frequency_mhz / self.stock.frequency_mhz
        voltage = setting.core_voltage_mv / self.stock.core_voltage_mv
        return self.power_w * speed * voltage**2

    def with_chips(self, chips: int) -> Board:
        return replace(self, chips=chips, power_w=self.power_w / self.chips * chips)


MAX = Board(
    name="Max",
    asic="BM1397",
    cores=672,
    stock=Setting(425, 1400),
    power_w=14,
    frequencies_mhz=(400, 425, 450, 475, 485, 500, 525, 550, 575),
    core_voltages_mv=(1100, 1150, 1200, 1250, 1300, 1350, 1400, 1450, 1500),
)
ULTRA = Board(
    name="Ultra",
    asic="BM1366",
    cores=894,
    stock=Setting(485, 1200),
    power_w=11.5,
    frequencies_mhz=(400, 425, 450, 475, 485, 500, 525, 550, 575),
    core_voltages_mv=(1100, 1150, 1200, 1250, 1300),
)
SUPRA = Board(
    name="Supra",
    asic="BM1368",
    cores=1276,
    stock=Setting(490, 1166),
    power_w=14,
    frequencies_mhz=(400, 425, 450, 475, 485, 490, 500, 525, 550, 575),
    core_voltages_mv=(1100, 1150, 1166, 1200, 1250, 1300),
)
GAMMA = Board(
    name="Gamma",
    asic="BM1370",
    cores=2040,
    stock=Setting(525, 1150),
    power_w=18.8,
    frequencies_mhz=(400, 490, 525, 550, 600, 625),
    core_voltages_mv=(1000, 1060, 1100, 1150, 1200, 1250),
)

BITAXE: Mapping[str, Board] = {  # by the longest matching start of `boardVersion`
    "102": MAX,
    "2.2": MAX,
    "2": ULTRA,
    "30": replace(ULTRA, name="Hex", chips=6, power_w=54),
    "4": SUPRA,
    "60": GAMMA,
    "65": replace(GAMMA, name="GammaDuo", chips=2, power_w=37),
    "70": replace(SUPRA, name="SupraHex", chips=6, power_w=80),
    "80": replace(GAMMA, name="GammaTurbo", chips=2, power_w=38),
}

_PLUS = replace(
    SUPRA,
    name="NerdQAxe+",
    chips=4,
    stock=Setting(490, 1250),
    power_w=60,
    frequencies_mhz=(450, 475, 490, 500, 525),
    core_voltages_mv=(1150, 1200, 1250, 1300),
)
_PLUS_PLUS = replace(
    GAMMA,
    name="NerdQAxe++",
    chips=4,
    stock=Setting(600, 1150),
    power_w=82,
    frequencies_mhz=(500, 515, 525, 550, 575, 590, 600),
    core_voltages_mv=(1120, 1130, 1140, 1150, 1160, 1170, 1180, 1190, 1200),
)

NERDQAXE: Mapping[str, Board] = {board.name.lower(): board for board in (_PLUS, _PLUS_PLUS)}  # by `deviceModel`

STRANGERS: Mapping[str, Board] = {board.asic: board for board in (MAX, ULTRA, SUPRA, GAMMA)}
STRANGERS_NERDQAXE: Mapping[str, Board] = {  # its boards run the same chips faster
    board.asic: board for board in (MAX, ULTRA, _PLUS, _PLUS_PLUS)
}


def level(number: int, power_w: float, hashrate_ghs: float) -> Preset:
    return Preset(level=number, power_w=power_w, hashrate_ghs=hashrate_ghs)


AVALON: Mapping[str, Mapping[str, Preset]] = {  # by the model in MM ID0's Ver
    "nano3": {"low": level(0, 60, 2200), "med": level(1, 92, 3300), "high": level(2, 125, 4200)},
    "nano3s": {"low": level(0, 62, 3100), "med": level(1, 97, 4800), "high": level(2, 132, 6400)},
}


def by_start(table: Mapping[str, Board], key: str) -> Board | None:
    """The board under the longest start of `key` that `table` has."""
    starts = (key[:length] for length in range(len(key), 0, -1))
    return next((table[start] for start in starts if start in table), None)
