"""`token NAME`: make an API token and show it once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from hmm_project import access
from hmm_project.models import ApiToken


class Command(BaseCommand):
    help = "Make an API token and show it once; it may do what its user may."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what uses it, such as home-assistant")
        parser.add_argument("--user", help="whose rights it has; default: the first administrator")

    def handle(self, *args: Any, **options: Any) -> str:
        name = options["name"].strip()
        longest = ApiToken._meta.get_field("name").max_length or 0
        if not 0 < len(name) <= longest:
            raise CommandError(f"A token's name has 1 to {longest} characters.")
        return ApiToken.issue(name, _user(options["user"]))


def _user(name: str | None) -> User:
    users = User.objects.filter(is_active=True)
    if name is None:
        return users.filter(is_superuser=True).order_by("pk").first() or access.owner()
    user = users.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no active user {name!r}.")
    return user
