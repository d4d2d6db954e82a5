"""GET /api/miners/kinds: the families that miners can be of."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Router, Schema

from hmm_project.paging import paged
from miners.adapters.registry import KINDS, PLUGINS

router = Router(tags=["miners"])


class KindOut(Schema):
    kind: str
    label: str
    default_port: int
    modes: list[str] = Field(description="Least power first; what a miner really has is among its own fields")
    package: str = Field(description="The plug-in it comes with; empty: it is built in")


@router.get("/kinds", response=list[KindOut])
@paged
def list_kinds(request: HttpRequest) -> list[KindOut]:  # noqa: ARG001  handed over by the router
    """The families this installation has drivers for, those of plug-ins last."""
    packages = {plugin.family.kind: plugin.package for plugin in PLUGINS if plugin.family}
    return [
        KindOut(
            kind=kind,
            label=family.label,
            default_port=family.default_port,
            modes=list(family.modes),
            package=packages.get(kind, ""),
        )
        for kind, family in KINDS.items()
    ]
