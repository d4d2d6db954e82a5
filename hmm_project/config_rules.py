"""What a value of config.yaml must be, in words and as a test; and building a section that checks every key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

T = TypeVar("T")
KeyPath = tuple[str, ...]


class ConfigError(Exception):
    """config.yaml cannot be used; the message names file, line, key and what is expected."""


@dataclass(frozen=True, slots=True)
class Rule:
    expected: str  # completes "expected …"
    holds: Callable[[Any], bool]
    secret: bool = False  # a wrong value is not shown: it may hold a password


@dataclass(frozen=True, slots=True)
class Problem:
    path: KeyPath
    text: str


def whole(lowest: int, highest: int) -> Rule:
    def holds(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest

    return Rule(f"a whole number from {lowest} to {highest}", holds)


def number(above: float, highest: float) -> Rule:
    def holds(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and above < value <= highest

    return Rule(f"a number above {above:g}, at most {highest:g}", holds)


def one_of(*words: str) -> Rule:
    return Rule(" or ".join(words), lambda value: isinstance(value, str) and value in words)


def text(expected: str, pattern: str = "", *, secret: bool = False) -> Rule:
    return Rule(expected, lambda value: isinstance(value, str) and bool(re.match(pattern, value)), secret)


YES_OR_NO = Rule("true or false", lambda value: isinstance(value, bool))
TEXTS = Rule(
    "a list such as [a, b]",
    lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
)


def setting(default: Any, rule: Rule) -> Any:
    """A dataclass field with its default and its rule."""
    return field(default_factory=lambda: default, metadata={"rule": rule})


def section(kind: Callable[[], Any]) -> Any:
    """A dataclass field that is a dataclass of settings itself."""
    return field(default_factory=kind, metadata={"section": kind})


def build(kind: Callable[..., T], data: Mapping[Any, Any], problems: list[Problem], path: KeyPath = ()) -> T:
    """`kind` from what the file says; what is wrong is added to `problems`. An empty value counts as unset."""
    known = {each.name: each.metadata for each in fields(kind)}  # type: ignore[arg-type]
    values = {}
    for key, value in data.items():
        here = (*path, str(key))
        if key not in known:
            problems.append(Problem(here, f"unknown key; known here: {', '.join(sorted(known))}"))
        elif value is not None:
            values[key] = _value(known[key], value, problems, here)
    return kind(**values)


def _value(about: Mapping[str, Any], value: Any, problems: list[Problem], path: KeyPath) -> Any:
    if "section" in about:
        if isinstance(value, dict):
            return build(about["section"], value, problems, path)
        problems.append(Problem(path, f"expected keys and values, found {value!r}"))
        return None
    rule: Rule = about["rule"]
    if not rule.holds(value):
        found = "a value that is not shown" if rule.secret else repr(value)
        problems.append(Problem(path, f"expected {rule.expected}, found {found}"))
    return value
