"""The audit: every change of the configuration and every order to hardware, in one list, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from miners.models import Command

CONFIGURATION, HARDWARE = "configuration", "hardware"
VERBS = {LogEntry.Action.CREATE: "created", LogEntry.Action.UPDATE: "changed", LogEntry.Action.DELETE: "removed"}
NOTHING = {"None": "", "True": "yes", "False": "no"}
REVERSE = ".None"  # auditlog prints the reverse side of a relation as such; it is no field of this row
Key = tuple[datetime, str, int]


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One line. `outcome` and `because` are of hardware, `changes` of the configuration."""

    time: datetime
    kind: str
    actor: str
    action: str
    subject: str
    because: str = ""
    outcome: str = ""
    detail: str = ""
    changes: tuple[Change, ...] = ()


class Audit(Sequence[AuditLine]):
    """The union of both tables; a slice is read in three queries, however long the tables are."""

    def __init__(self, *, kind: str = "", q: str = "") -> None:
        parts = []
        if kind != HARDWARE:
            parts.append(_keys(_entries(q), "timestamp", CONFIGURATION))
        if kind != CONFIGURATION:
            parts.append(_keys(_commands(q), "time", HARDWARE))
        self.keys = parts[0].union(*parts[1:], all=True).order_by("-at", "-row")

    def __len__(self) -> int:
        return int(self.keys.count())

    def __getitem__(self, part: Any) -> Any:
        if isinstance(part, int):
            return self[part : part + 1][0]
        return list(_read(list(self.keys[part])))


def _keys(rows: QuerySet[Any], time: str, kind: str) -> Any:
    named = rows.order_by().annotate(at=F(time), sort=Cast(Value(kind), CharField()), row=F("pk"))
    return named.values_list("at", "sort", "row")


def _entries(q: str) -> QuerySet[Any]:
    entries: QuerySet[Any] = LogEntry.objects.filter(action__in=VERBS)
    return entries.filter(Q(object_repr__icontains=q) | Q(actor__username__icontains=q)) if q else entries


def _commands(q: str) -> QuerySet[Command]:
    commands = Command.objects.all()
    wanted = Q(name__icontains=q) | Q(actor__icontains=q) | Q(action__icontains=q) | Q(outcome=q)
    return commands.filter(wanted) if q else commands


def _read(keys: list[Key]) -> Iterable[AuditLine]:
    entries = LogEntry.objects.select_related("actor", "content_type").in_bulk(_ids(keys, CONFIGURATION))
    commands = Command.objects.in_bulk(_ids(keys, HARDWARE))
    for _, kind, row in keys:
        yield of_entry(entries[row]) if kind == CONFIGURATION else of_command(commands[row])


def _ids(keys: list[Key], kind: str) -> list[int]:
    return [row for _, sort, row in keys if sort == kind]


def of_entry(entry: LogEntry) -> AuditLine:
    model = entry.content_type.model_class()
    what = str(model._meta.verbose_name) if model else entry.content_type.model
    return AuditLine(
        time=entry.timestamp,
        kind=CONFIGURATION,
        actor=_actor(entry),
        action=VERBS[entry.action],
        subject=f"{what} {entry.object_repr}",
        changes=() if entry.action == LogEntry.Action.DELETE else _changes(entry.changes_dict),
    )


def _actor(entry: LogEntry) -> str:
    """The logged-in person; else who the service said was acting."""
    if entry.actor:
        return str(entry.actor.get_username())
    return str((entry.additional_data or {}).get("actor", "the system"))


def _changes(raw: Mapping[str, Any]) -> tuple[Change, ...]:
    """auditlog keeps [before, after]; many-to-many changes have another shape and are told by their operation."""
    found = []
    for field, value in raw.items():
        if isinstance(value, list):
            before, after = (NOTHING.get(text, text) for text in map(str, value))
        else:
            before, after = "", f"{value.get('operation', '')} {', '.join(map(str, value.get('objects', [])))}"
        if before != after and field != "id" and not after.endswith(REVERSE):
            found.append(Change(field.replace("_", " "), before, after))
    return tuple(found)


def of_command(command: Command) -> AuditLine:
    argument = ", ".join(f"{value}" for value in command.argument.values() if value is not None)
    return AuditLine(
        time=command.time,
        kind=HARDWARE,
        actor=command.actor,
        action=f"{command.action} {argument}".strip(),
        subject=command.name,
        because=command.because,
        outcome=command.outcome,
        detail=command.detail,
    )
