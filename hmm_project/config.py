"""config.yaml: what a household may choose, read once at start."""

# ruff: noqa: RUF009  setting() and section() answer dataclass fields

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hmm_project.config_rules import TEXTS, YES_OR_NO, ConfigError, number, one_of, section, setting, text, whole
from hmm_project.home import Home, default_directory

__all__ = ["PROJECT", "Config", "ConfigError", "current_home", "current_role", "load", "play", "use"]
PROJECT = Path(__file__).resolve().parent.parent

SECONDS = whole(1, 86_400)
DAYS = whole(1, 36_500)
PORT = whole(1, 65_535)
BASE_URL = text("a URL such as https://api.example", r"https?://[^\s/]")
DATABASE = text(
    "embedded, sqlite, or a URL such as postgresql://user:password@host:5432/name",
    r"embedded$|postgres(ql)?://|sqlite$|sqlite:///",
    secret=True,
)
REDIS = text("embedded, or a URL such as redis://host:6379/0", r"embedded$|rediss?://|unix://", secret=True)


@dataclass(frozen=True, slots=True)
class Web:
    host: str = setting("0.0.0.0", text("an address to listen on, such as 0.0.0.0"))  # noqa: S104
    allowed_hosts: list[str] = setting(["*"], TEXTS)
    trusted_origins: list[str] = setting([], TEXTS)


@dataclass(frozen=True, slots=True)
class Security:
    auth: Literal["login", "none"] = setting("login", one_of("login", "none"))


@dataclass(frozen=True, slots=True)
class Intervals:
    """Seconds between two runs."""

    poll: int = setting(30, SECONDS)
    strategy: int = setting(60, SECONDS)
    reconcile: int = setting(300, SECONDS)
    keepalive: int = setting(300, SECONDS)
    prices: int = setting(14_400, SECONDS)
    pool_health: int = setting(300, SECONDS)


@dataclass(frozen=True, slots=True)
class Devices:
    timeout: float = setting(5, number(0, 60))  # seconds
    concurrency: int = setting(64, whole(1, 1024))
    nmminer_port: int = setting(12_345, PORT)
    nmminer_config_port: int = setting(12_347, PORT)
    allow_loopback: bool = setting(False, YES_OR_NO)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Base URLs of outside services."""

    octopus: str = setting("https://api.octopus.energy", BASE_URL)
    agile_predict: str = setting("https://agilepredict.com", BASE_URL)
    tibber: str = setting("https://api.tibber.com", BASE_URL)
    nord_pool: str = setting("https://dataportal-api.nordpoolgroup.com", BASE_URL)
    energy_charts: str = setting("https://api.energy-charts.info", BASE_URL)
    awattar: str = setting("https://api.awattar.{country}", BASE_URL)
    mempool: str = setting("https://mempool.space", BASE_URL)
    bc2_explorer: str = setting("https://explorer.bitcoin-ii.org", BASE_URL)
    blockchair: str = setting("https://api.blockchair.com", BASE_URL)
    solopool: str = setting("https://{pool}.solopool.org", BASE_URL)
    coingecko: str = setting("https://api.coingecko.com", BASE_URL)
    coinpaprika: str = setting("https://api.coinpaprika.com", BASE_URL)


@dataclass(frozen=True, slots=True)
class Retention:
    raw_days: int = setting(7, DAYS)
    five_minute_days: int = setting(90, DAYS)
    hourly_days: int = setting(1825, DAYS)
    event_days: int = setting(30, DAYS)
    audit_days: int = setting(365, DAYS)


@dataclass(frozen=True, slots=True)
class Config:
    database: str = setting("embedded", DATABASE)
    redis: str = setting("embedded", REDIS)
    web: Web = section(Web)
    security: Security = section(Security)
    flower: bool = setting(True, YES_OR_NO)
    intervals: Intervals = section(Intervals)
    devices: Devices = section(Devices)
    endpoints: Endpoints = section(Endpoints)
    retention: Retention = section(Retention)


def load(home: Home) -> Config:
    """Read and check config.yaml; a missing or empty file means every default. Raises ConfigError."""
    file = home.config_file
    try:
        content = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from None
    from hmm_project import config_file  # the YAML library, loaded only where there is something to read

    return config_file.parse(file, content, Config)


class _Chosen:
    """The configuration directory and the role of this process, chosen once before Django's settings are read."""

    home: Home | None = None
    role: str = ""


def use(directory: Path) -> None:
    """Choose the configuration directory (`--config DIR`)."""
    _Chosen.home = Home(directory.resolve())


def current_home() -> Home:
    if _Chosen.home is None:
        use(default_directory(PROJECT))
    assert _Chosen.home is not None  # noqa: S101  use() has just set it
    return _Chosen.home


def play(role: str) -> None:
    """Choose the role of this process, so that Django loads no more than it needs."""
    _Chosen.role = role


def current_role() -> str:
    """Such as "worker"; empty for commands."""
    return _Chosen.role


def only_migrates() -> bool:
    """Whether this process needs no more of an app than its tables: everybody waits for it at the start."""
    return _Chosen.role == "prepare"
