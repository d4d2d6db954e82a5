"""config.yaml: read once at start, every key checked, every error with file, line and key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hmm_project.home import Home, default_directory

PROJECT = Path(__file__).resolve().parent.parent

# Expectations that a pattern would not tell a person.
EXPECTED = {
    "database": "expected embedded, sqlite, or a URL such as postgresql://user:password@host:5432/name",
    "redis": "expected embedded, or a URL such as redis://host:6379/0",
}
MAY_HOLD_A_PASSWORD = {"database", "redis"}

Seconds = Annotated[int, Field(ge=1, le=86_400)]
Days = Annotated[int, Field(ge=1, le=36_500)]
Port = Annotated[int, Field(ge=1, le=65_535)]


class ConfigError(Exception):
    """config.yaml cannot be used; the message names file, line, key and what is expected."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Web(Section):
    host: str = "0.0.0.0"  # noqa: S104  a household server listens on its network
    allowed_hosts: list[str] = ["*"]
    trusted_origins: list[str] = []


class Security(Section):
    auth: Literal["login", "none"] = "login"


class Intervals(Section):
    """Seconds between two runs."""

    poll: Seconds = 30
    strategy: Seconds = 60
    reconcile: Seconds = 300
    keepalive: Seconds = 300
    prices: Seconds = 14_400
    pool_health: Seconds = 300


class Devices(Section):
    timeout: Annotated[float, Field(gt=0, le=60, strict=False)] = 5
    concurrency: Annotated[int, Field(ge=1, le=1024)] = 64
    nmminer_port: Port = 12_345
    nmminer_config_port: Port = 12_347
    allow_loopback: bool = False


class Endpoints(Section):
    """Base URLs of outside services."""

    octopus: Annotated[str, Field(pattern=r"^https?://")] = "https://api.octopus.energy"


class Retention(Section):
    raw_days: Days = 7
    five_minute_days: Days = 90
    hourly_days: Days = 1825
    event_days: Days = 30
    audit_days: Days = 365


class Config(Section):
    database: Annotated[str, Field(pattern=r"^(embedded$|postgres(ql)?://|sqlite$|sqlite:///)")] = "embedded"
    redis: Annotated[str, Field(pattern=r"^(embedded$|rediss?://|unix://)")] = "embedded"
    web: Web = Web()
    security: Security = Security()
    flower: bool = True
    intervals: Intervals = Intervals()
    devices: Devices = Devices()
    endpoints: Endpoints = Endpoints()
    retention: Retention = Retention()


def load(home: Home) -> Config:
    """Read and check config.yaml; a missing or empty file means every default."""
    file = home.config_file
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{file}:{line}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{file}: not valid YAML: {error}") from None
    return _checked(file, data, node)


def _checked(file: Path, data: Any, node: yaml.Node | None) -> Config:
    if data is None:
        return Config()
    if not isinstance(data, dict):
        raise ConfigError(f"{file}:1: expected keys such as 'database: embedded', found {type(data).__name__}")
    for twice in _repeated(node):
        raise ConfigError(f"{file}:{twice.start_mark.line + 1}: {twice.value}: stands here a second time; keep one")
    data = {key: value for key, value in data.items() if value is not None}  # empty counts as unset
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        raise ConfigError("\n".join(_sentence(file, node, item) for item in error.errors())) from None


def _repeated(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """Keys that stand twice in one place: YAML would silently take the last."""
    if not isinstance(node, yaml.MappingNode):
        return
    seen = set()
    for key, value in node.value:
        if key.value in seen:
            yield key
        seen.add(key.value)
        yield from _repeated(value)


def _sentence(file: Path, node: yaml.Node | None, item: Any) -> str:
    path = [str(part) for part in item["loc"]]
    line = _line(node, path)
    key = ".".join(path)
    if item["type"] == "extra_forbidden":
        known = ", ".join(sorted(_keys_beside(path)))
        return f"{file}:{line}: {key}: unknown key; known here: {known}"
    found = "a value that is not shown" if key in MAY_HOLD_A_PASSWORD else f"{item['input']!r}"
    return f"{file}:{line}: {key}: {EXPECTED.get(key, item['msg'])}, found {found}"


def _keys_beside(path: list[str]) -> list[str]:
    model: type[BaseModel] = Config
    for part in path[:-1]:
        annotation = model.model_fields[part].annotation
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return []
        model = annotation
    return list(model.model_fields)


def _line(node: yaml.Node | None, path: list[str]) -> int:
    """The line of the deepest key of `path` that the file holds."""
    line = 1
    for part in path:
        if not isinstance(node, yaml.MappingNode):
            break
        found = next(((key, value) for key, value in node.value if key.value == part), None)
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


class _Chosen:
    """The configuration directory of this process, chosen once before Django's settings are read."""

    home: Home | None = None


def use(directory: Path) -> None:
    """Choose the configuration directory (`--config DIR`)."""
    _Chosen.home = Home(directory.resolve())


def current_home() -> Home:
    if _Chosen.home is None:
        use(default_directory(PROJECT))
    assert _Chosen.home is not None  # noqa: S101  use() has just set it
    return _Chosen.home
