"""The boards behind the HTTP firmwares: what they offer, hash and draw."""

from __future__ import annotations

from dataclasses import dataclass, replace

from miners.simulators.machine import AMBIENT_C, SetPoint

RISE_AT_DEFAULT_K = 36.0
MARGIN_MV = 40.0  # how far below its healthy voltage a chip still hashes without errors
DEAD_MV = 250.0  # and how far until nothing is right any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    device_model: str
    asic_model: str
    board_version: str
    swarm_color: str
    asic_count: int
    small_cores: int  # per ASIC
    frequencies_mhz: tuple[int, ...]
    voltages_mv: tuple[int, ...]
    default_frequency_mhz: int
    default_voltage_mv: int
    millivolts_per_mhz: float  # what more frequency asks for
    input_mv: float
    min_power_w: float
    max_power_w: float
    idle_w: float
    watts_per_mhz_v2: float  # dynamic power: frequency × core voltage²
    share_difficulty: float

    def expected_ghs(self, frequency_mhz: float) -> float:
        return frequency_mhz * self.small_cores * self.asic_count / 1000

    def power_w(self, frequency_mhz: float, core_voltage_mv: float) -> float:
        return self.idle_w + self.watts_per_mhz_v2 * frequency_mhz * (core_voltage_mv / 1000) ** 2

    def hashing(self, frequency_mhz: float, core_voltage_mv: float) -> SetPoint:
        """Where the board settles with these settings; too little voltage costs hashes."""
        healthy = self.default_voltage_mv + (frequency_mhz - self.default_frequency_mhz) * self.millivolts_per_mhz
        short = max(0.0, healthy - MARGIN_MV - core_voltage_mv)
        good = max(0.0, 1 - short / DEAD_MV)
        power = self.power_w(frequency_mhz, core_voltage_mv)
        usual = self.power_w(self.default_frequency_mhz, self.default_voltage_mv)
        temperature = AMBIENT_C + RISE_AT_DEFAULT_K * (power / usual) ** 0.7
        return SetPoint(self.expected_ghs(frequency_mhz) * good, power, temperature)

    def idle(self) -> SetPoint:
        return SetPoint(0.0, self.idle_w, AMBIENT_C + 6)


GAMMA = Board(
    device_model="Gamma",
    asic_model="BM1370",
    board_version="601",
    swarm_color="green",
    asic_count=1,
    small_cores=2040,
    frequencies_mhz=(400, 490, 525, 550, 600, 625),
    voltages_mv=(1000, 1060, 1100, 1150, 1200, 1250),
    default_frequency_mhz=525,
    default_voltage_mv=1150,
    millivolts_per_mhz=1.1,
    input_mv=5090,
    min_power_w=5,
    max_power_w=40,
    idle_w=2.1,
    watts_per_mhz_v2=0.024,
    share_difficulty=1000,
)
SUPRA = Board(
    device_model="Supra",
    asic_model="BM1368",
    board_version="401",
    swarm_color="blue",
    asic_count=1,
    small_cores=1276,
    frequencies_mhz=(400, 425, 450, 475, 485, 490, 500, 525, 550, 575),
    voltages_mv=(1100, 1150, 1166, 1200, 1250, 1300),
    default_frequency_mhz=490,
    default_voltage_mv=1166,
    millivolts_per_mhz=1.1,
    input_mv=5175,
    min_power_w=5,
    max_power_w=40,
    idle_w=2.4,
    watts_per_mhz_v2=0.0173,
    share_difficulty=1000,
)
HEX = Board(
    device_model="UltraHex",
    asic_model="BM1366",
    board_version="302",
    swarm_color="purple",
    asic_count=6,
    small_cores=894,
    frequencies_mhz=(400, 425, 450, 475, 485, 500, 525, 550, 575),
    voltages_mv=(1100, 1150, 1200, 1250, 1300),
    default_frequency_mhz=485,
    default_voltage_mv=1200,
    millivolts_per_mhz=1.1,
    input_mv=11_906,
    min_power_w=20,
    max_power_w=90,
    idle_w=6,
    watts_per_mhz_v2=0.069,
    share_difficulty=1000,
)
SUPRA_HEX = replace(
    SUPRA,
    device_model="SupraHex",
    board_version="702",
    swarm_color="blue",
    asic_count=6,
    input_mv=11_906,
    min_power_w=20,
    max_power_w=120,
    idle_w=6,
    watts_per_mhz_v2=0.111,
)
NERDQAXE_PLUS_PLUS = Board(
    device_model="NerdQAxe++",
    asic_model="BM1370",
    board_version="",
    swarm_color="#e700d8",
    asic_count=4,
    small_cores=2040,
    frequencies_mhz=(500, 515, 525, 550, 575, 590, 600),
    voltages_mv=(1120, 1130, 1140, 1150, 1160, 1170, 1180, 1190, 1200),
    default_frequency_mhz=600,
    default_voltage_mv=1150,
    millivolts_per_mhz=0.3,
    input_mv=11_900,
    min_power_w=52,
    max_power_w=100,
    idle_w=5,
    watts_per_mhz_v2=0.0973,
    share_difficulty=4096,
)
NERDQAXE_PLUS = replace(
    NERDQAXE_PLUS_PLUS,
    device_model="NerdQAxe+",
    asic_model="BM1368",
    small_cores=1276,
    frequencies_mhz=(450, 475, 485, 490, 500, 525),
    voltages_mv=(1150, 1200, 1250, 1300),
    default_frequency_mhz=490,
    default_voltage_mv=1250,
    min_power_w=30,
    max_power_w=70,
    watts_per_mhz_v2=0.07,
)
HASHCARD = replace(NERDQAXE_PLUS_PLUS, device_model="JMBTCHashcard")
