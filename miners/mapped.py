"""A page of rows turned into something else: only what is on the page is fetched and turned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, overload

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


class Mapped(Sequence[Any], Generic[M]):
    def __init__(self, rows: QuerySet[M], turn: Callable[[M], Any]) -> None:
        self.rows = rows
        self.turn = turn

    def __len__(self) -> int:
        return self.rows.count()

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self.turn(row) for row in self.rows[index]]
        return self.turn(self.rows[index])
