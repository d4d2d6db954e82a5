"""Telling a person of plug-ins that are left out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hmm_project.journal import services as journal
from hmm_project.journal.models import Alert, Level
from miners.adapters.plugins import Plugin
from miners.adapters.registry import PLUGINS

BROKEN = "plugin-broken"
LONGEST_SUBJECT = 80


@transaction.atomic
def report(now: datetime) -> None:
    """An alert for every plug-in this process has left out; closed once it loads, is replaced or is gone."""
    broken = {_subject(plugin): plugin for plugin in PLUGINS if plugin.problem}
    for subject, plugin in broken.items():
        message = f"The plug-in {plugin.package} is left out: {plugin.problem}."
        journal.open_alert(
            now=now, kind=BROKEN, level=Level.ERROR, subject=subject, name=plugin.package, message=message
        )
    told = Alert.objects.filter(key__startswith=f"{BROKEN}:").values_list("subject", flat=True)
    for subject in set(told) - broken.keys():
        name = subject.removeprefix("plugin:")
        journal.close_alert(
            now=now, kind=BROKEN, subject=subject, name=name, message=f"The plug-in {name} is no longer left out."
        )


def _subject(plugin: Plugin) -> str:
    """By package and version, so that another release is another alert."""
    return f"plugin:{plugin.package} {plugin.name}"[:LONGEST_SUBJECT]
