"""Which miners the list shows: by a part of the name or address, by family, by state."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from miners.models import Miner

LONGEST = 60
NAMES = ("q", "kind", "state")


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Empty: all."""

    text: str = ""
    kind: str = ""
    state: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> ListFilter:
        return cls(*("".join(filter(str.isprintable, data.get(name, "")))[:LONGEST].strip() for name in NAMES))

    @property
    def query(self) -> str:
        """For the links to other pages of the list; ends in "&"."""
        given = zip(NAMES, (self.text, self.kind, self.state), strict=True)
        chosen = {name: value for name, value in given if value}
        return f"{urlencode(chosen)}&" if chosen else ""

    def apply(self, miners: QuerySet[Miner]) -> QuerySet[Miner]:
        if self.text:
            miners = miners.filter(Q(name__icontains=self.text) | Q(host__icontains=self.text))
        if self.kind:
            miners = miners.filter(kind=self.kind)
        return miners.filter(status__state=self.state) if self.state else miners
