"""The two Nano generations: what they are called, draw and hash, and which commands they know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from miners.simulators.machine import SetPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class AvalonModel:
    """`levels`: what it settles at in low, medium and high mode."""

    prod: str
    model: str
    hwtype: str
    swtype: str
    stats_id: str
    mode_option: str  # the ascset option that sets the mode
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    ascset: tuple[str, ...]
    levels: tuple[SetPoint, SetPoint, SetPoint]
    target_w: tuple[int, int, int]  # MPO
    megahertz: tuple[float, float, float]
    chips: int
    reports_mac: bool


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SHARED_WRITES = _names("switchpool poolpriority enablepool disablepool setpool ascset time")

NANO_3S = AvalonModel(
    prod="Avalon Nano3s",
    model="Nano3s",
    hwtype="N_MM1v1_X1",
    swtype="MM319",
    stats_id="AVALON0",
    mode_option="workmode",
    reads=_names("version config devs edevs pools summary devdetails stats estats litestats check coin lcd lockstats"),
    writes=_SHARED_WRITES,
    ascset=_names(
        "help voltage fan-spd ledmode ledset lcd nightlamp wallpaper hash-sn-read volt-adjust-switch workmode "
        "worklevel work_mode_lvl reboot filter-clean facopts faclock frequency loop password qr_auth"
    ),
    levels=(SetPoint(3_600, 68, 76), SetPoint(5_000, 98, 84), SetPoint(6_420, 132, 90)),
    target_w=(70, 100, 133),
    megahertz=(252.7, 351.0, 450.9),
    chips=12,
    reports_mac=True,
)
NANO_3 = AvalonModel(
    prod="Avalonnano",
    model="nano3",
    hwtype="PMMv1_X1",
    swtype="MM318_X2",
    stats_id="AVANANO0",
    mode_option="worklevel",
    reads=_names(
        "version config devs edevs pools summary notify devdetails stats dbgstats estats coin asc asccount lcd lcdset "
        "lockstats"
    ),
    writes=_SHARED_WRITES + _names("addpool removepool poolquota privileged setconfig debug ascenable wifi"),
    ascset=_names(
        "loop pdelay frequency led hashpower fan-spd factory reboot softoff softon upgrade worklevel password help"
    ),
    levels=(SetPoint(2_260, 62, 78), SetPoint(3_380, 92, 85), SetPoint(4_300, 127, 90)),
    target_w=(60, 90, 125),
    megahertz=(0.0, 0.0, 0.0),
    chips=10,
    reports_mac=False,
)

NANO_3_CUT = replace(NANO_3, prod="Avalon0o", model="0o3")  # a batch whose names the factory has cut short

MODELS: Mapping[str, AvalonModel] = {"nano3": NANO_3, "nano3s": NANO_3S, "0o3": NANO_3_CUT}
