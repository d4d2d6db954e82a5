"""The journal in the admin."""

from __future__ import annotations

import pytest
from django.contrib.admin import ModelAdmin, site
from django.contrib.auth.models import User
from django.test import RequestFactory

from hmm_project.journal.admin import AlertAdmin, EventAdmin
from hmm_project.journal.models import Alert, Event


@pytest.mark.parametrize("admin", [EventAdmin(Event, site), AlertAdmin(Alert, site)], ids=["event", "alert"])
def test_the_journal_is_there_to_read(admin: ModelAdmin) -> None:
    request = RequestFactory().get("/")
    request.user = User(username="ada", is_superuser=True)
    assert admin.has_view_permission(request)
    assert not admin.has_add_permission(request)
    assert not admin.has_change_permission(request)
    assert not admin.has_delete_permission(request)
