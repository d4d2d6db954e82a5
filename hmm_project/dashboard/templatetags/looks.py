"""What families, levels and outcomes are called and look like."""

from __future__ import annotations

from typing import NamedTuple

from django import template

from hmm_project.journal.models import Level
from miners.adapters.registry import KINDS
from miners.models import Outcome

register = template.Library()


@register.filter
def kind(value: str) -> str:
    """A family by the name people know it by."""
    family = KINDS.get(value)
    return family.label if family else value


class Look(NamedTuple):
    tone: str
    icon: str


LEVELS = {
    Level.INFO: Look("tone-rest", "info"),
    Level.WARNING: Look("tone-warn", "triangle-alert"),
    Level.ERROR: Look("tone-bad", "circle-x"),
}
OUTCOMES = {
    Outcome.VERIFIED: Look("tone-ok", "circle-check"),
    Outcome.UNVERIFIED: Look("tone-warn", "circle-question-mark"),
    Outcome.REFUSED: Look("tone-bad", "circle-x"),
    Outcome.UNREACHABLE: Look("tone-bad", "wifi-off"),
    Outcome.SHADOWED: Look("tone-info", "eye"),
    Outcome.UNCHANGED: Look("tone-rest", "check"),
}


@register.filter
def level_tone(level: str) -> str:
    return LEVELS[Level(level)].tone


@register.filter
def level_icon(level: str) -> str:
    return LEVELS[Level(level)].icon


@register.filter
def outcome_tone(outcome: str) -> str:
    return OUTCOMES[Outcome(outcome)].tone


@register.filter
def outcome_icon(outcome: str) -> str:
    return OUTCOMES[Outcome(outcome)].icon


ARGUMENTS = {"frequency_mhz": "Frequency (MHz)", "core_voltage_mv": "Core voltage (mV)", "user": "Worker"}


@register.filter
def argument_name(name: str) -> str:
    """What an order was given, by its name in the ledger."""
    return ARGUMENTS.get(name, name.capitalize())
