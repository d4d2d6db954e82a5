"""What a source needs to know, and reading it from a form or from JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from energy.sources.slots import amount


class BadParameters(ValueError):
    """Parameters that cannot be used: a sentence for each, by its name."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {sentence}" for name, sentence in sentences.items()))
        self.sentences = sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """`read` makes what JSON can keep of what was given, or raises ValueError with a sentence."""

    name: str
    label: str
    read: Callable[[Any], Any]
    help: str = ""
    default: Any = None  # None: it must be given
    choices: tuple[tuple[str, str], ...] = ()
    is_long: bool = False  # more than a line
    show: Callable[[Any], str] = str  # as a person writes it


def read_all(needs: Iterable[Need], given: Any) -> dict[str, Any]:
    """Every need, read or its default. Raises BadParameters; an unknown name is one too."""
    if not isinstance(given, dict):
        raise BadParameters({"parameters": "Parameters are names with values."})
    known = {need.name: need for need in needs}
    found: dict[str, Any] = {}
    wrong = {name: f"There is no such parameter; known here: {', '.join(known) or 'none'}." for name in given}
    for name, need in known.items():
        wrong.pop(name, None)
        try:
            found[name] = _read(need, given.get(name))
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise BadParameters(wrong)
    return found


def _read(need: Need, value: Any) -> Any:
    if value is None or value == "":
        if need.default is None:
            raise ValueError("Give it: there is no default.")
        return need.default
    value = need.read(value)
    if need.choices and value not in dict(need.choices):
        raise ValueError(f"{value!r} is none of {', '.join(key for key, _ in need.choices)}.")
    return value


def text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 120:  # noqa: PLR2004  longer than any name there is
        raise ValueError("Give a short text.")
    return value.strip()


def number(lowest: str, highest: str) -> Callable[[Any], str]:
    """Reads a number in these bounds, kept as text so that it stays exact."""

    def read(value: Any) -> str:
        found = amount(value.strip() if isinstance(value, str) else value)
        if found is None or not Decimal(lowest) <= found <= Decimal(highest):
            raise ValueError(f"{str(value)[:40]!r} is not a number from {lowest} to {highest}.")
        return f"{found:f}"

    return read
