"""What a miner is to the rest of the product: readings, capabilities, errors. Standard library only.

Units are in the names: GH/s, W, °C, MHz, mV, seconds. `None` always means "the device does not say", never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Kind(StrEnum):
    """The device families; a third party's family is any other string."""

    AVALON_NANO = "avalon_nano"
    BITAXE = "bitaxe"
    NERDQAXE = "nerdqaxe"
    NMMINER = "nmminer"


class State(StrEnum):
    """What a miner is doing, as observed."""

    MINING = "mining"
    PAUSED = "paused"  # answers, hashing switched off by command
    OFF = "off"  # its plug is off
    UNREACHABLE = "unreachable"  # should answer, does not
    UNKNOWN = "unknown"  # never read, or answers without saying


class Capability(StrEnum):
    """What can be done to a device over the network, probed per device and firmware."""

    MODE = "mode"
    POOL = "pool"
    PAUSE = "pause"
    RESTART = "restart"
    SHUTDOWN = "shutdown"  # stops hashing until a restart
    TUNE = "tune"
    IDENTIFY = "identify"
    CODE = "code"  # its settings open with a one-time code of a person


class DeviceError(Exception):
    """A device did not do what was asked. The message is one sentence for a person; `retry`: worth trying again."""

    retry = True


class Unreachable(DeviceError):
    """No answer in time, connection refused or reset: try again later."""


class Garbled(DeviceError):
    """An answer that is not this family's: HTML, truncated JSON, another device at this address.

    `mac`: of the device of another family that answered, where it told.
    """

    def __init__(self, message: str, *, mac: str | None = None) -> None:
        super().__init__(message)
        self.mac = mac


class Refused(DeviceError):
    """The device understood and said no. `retry` for a "not now", such as an Avalon while it calibrates."""

    def __init__(self, message: str, *, retry: bool = False) -> None:
        super().__init__(message)
        self.retry = retry


class NeedsCode(Refused):
    """Its settings are locked, and what opened them is missing or has ended: only a person has the one-time code.

    Never tried again by itself: five wrong codes lock a NerdQAxe for five minutes.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolEndpoint:
    """Where hashes go, as a device needs it: a bare host, a port, a worker."""

    host: str
    port: int
    user: str
    password: str = "x"  # noqa: S105  stratum's customary "none"
    tls: bool = False

    @property
    def url(self) -> str:
        return f"stratum+{'ssl' if self.tls else 'tcp'}://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One mode of one board: what is written to the device to get it."""

    frequency_mhz: float | None = None
    core_voltage_mv: float | None = None
    level: int | None = None  # Avalon WORKMODE or WORKLEVEL
    power_w: float | None = None  # expected, where the device or the catalogue says
    hashrate_ghs: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a device says it supports; static per firmware, so it is kept beside the miner and read again rarely."""

    firmware: str | None = None
    model: str | None = None
    modes: Mapping[str, Preset] = field(default_factory=dict)  # in order, least power first
    frequencies_mhz: tuple[float, ...] = ()
    core_voltages_mv: tuple[float, ...] = ()

    def canonical(self, mode: str) -> str | None:
        """The name `Reading.mode` has in `mode`: a board with few options has one setting under several names.

        None when the board has no such mode. Compare a wanted mode with an observed one through this.
        """
        wanted = self.modes.get(mode)
        return None if wanted is None else next(name for name, preset in self.modes.items() if preset == wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One poll of one device. Hashrates in GH/s, power in W at the device's input, shares since its boot."""

    state: State = State.UNKNOWN
    hashrate_ghs: float | None = None
    expected_hashrate_ghs: float | None = None
    power_w: float | None = None
    temperature_c: float | None = None
    vr_temperature_c: float | None = None
    fan_rpm: float | None = None
    fan_percent: float | None = None
    frequency_mhz: float | None = None
    core_voltage_mv: float | None = None
    mode: str | None = None  # canonical name; None: cannot be told; "custom": a setting that is no preset
    accepted: int | None = None
    rejected: int | None = None
    best_difficulty: float | None = None
    uptime_s: int | None = None
    rssi_dbm: int | None = None
    pool_url: str | None = None  # host:port of the pool in use, lower case, no scheme
    pool_user: str | None = None
    firmware: str | None = None
    model: str | None = None
    mac: str | None = None  # or the family's own stable identity; lower case, aa:bb:cc:dd:ee:ff for a MAC
    hostname: str | None = None
    overheated: bool = False
    fault: str | None = None  # the device's own words
    needs_code: bool = False  # its settings are locked by a one-time code, and no session of the target opens them
    capabilities: frozenset[Capability] = frozenset()
    options: Options | None = None  # None: not learnt this time, what is known still holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Everything an adapter needs to talk to one device."""

    kind: str
    host: str
    port: int
    mac: str | None = None
    options: Options | None = None  # as last read, so that a poll is one request
    web_user: str = ""  # Avalon setpool wants the web login
    web_password: str = ""
    code_session: str = ""  # what a one-time code was exchanged for


class Way(StrEnum):
    """How a device was found."""

    BROADCAST = "broadcast"  # it spoke by itself (NMMiner 1.x)
    MDNS = "mdns"  # it announces itself (AxeOS 2.15 and later)
    SCAN = "scan"  # it was asked, because a person wanted it


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One device of a known family, as it described itself. None: it does not say."""

    kind: str
    host: str  # IP address
    port: int
    way: Way = Way.SCAN
    mac: str | None = None  # or the family's own stable identity, spelt like Reading.mac
    model: str | None = None
    firmware: str | None = None
    hostname: str | None = None
    hashrate_ghs: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSession:
    """What a one-time code was exchanged for: opens the settings for `lasts_s` seconds."""

    token: str
    lasts_s: float


@runtime_checkable
class Adapter(Protocol):
    """Reads one device. Every method returns a value or raises a DeviceError."""

    async def read(self) -> Reading: ...


@runtime_checkable
class SetsMode(Protocol):
    async def set_mode(self, mode: str) -> None:
        """Apply a preset of the device's own options. Refused when it has no such mode."""
        ...


@runtime_checkable
class SwitchesPool(Protocol):
    async def set_pool(self, pool: PoolEndpoint) -> None:
        """Mine at `pool`. The device may restart for it, and an Avalon may want the same order again after that."""
        ...


@runtime_checkable
class Pauses(Protocol):
    async def pause(self) -> None: ...

    async def resume(self) -> None: ...


@runtime_checkable
class Restarts(Protocol):
    async def restart(self) -> None: ...


@runtime_checkable
class ShutsDown(Protocol):
    async def shutdown(self) -> None:
        """Stop hashing until a restart."""
        ...


@runtime_checkable
class Tunes(Protocol):
    async def tune(self, frequency_mhz: float, core_voltage_mv: float) -> None:
        """Write both together. Refused outside the device's own options."""
        ...


@runtime_checkable
class Identifies(Protocol):
    async def identify(self) -> None: ...


@runtime_checkable
class TakesCode(Protocol):
    async def open_session(self, code: str) -> CodeSession:
        """Exchange the six digits of a person's phone for a session. NeedsCode when they are wrong."""
        ...
