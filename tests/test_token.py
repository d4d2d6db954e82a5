"""`token NAME`."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from hmm_project.models import ApiToken

pytestmark = pytest.mark.django_db


def issued(*arguments: str) -> ApiToken:
    token = ApiToken.find(call_command("token", *arguments), now=timezone.now())
    assert token is not None
    return token


def test_it_belongs_to_the_first_administrator() -> None:
    User.objects.create_user("guest")
    first = User.objects.create_superuser("anna")
    User.objects.create_superuser("ben")
    assert issued("home-assistant").user == first


def test_where_nobody_has_a_login_yet_it_belongs_to_the_owner() -> None:
    assert issued("script").user.get_username() == "owner"


def test_a_user_may_be_named() -> None:
    User.objects.create_superuser("anna")
    guest = User.objects.create_user("guest")
    assert issued("script", "--user", "guest").user == guest


@pytest.mark.parametrize(
    ("arguments", "complaint"), [(["  "], "1 to 60"), (["x" * 61], "1 to 60"), (["x", "--user", "no"], "'no'")]
)
def test_wrong_names_are_refused(arguments: list[str], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("token", *arguments)
    assert not ApiToken.objects.exists()
