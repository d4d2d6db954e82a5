"""Who sees a page, and where everybody else is sent."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver, reverse

from energy.models import Tariff
from hmm_project.access import OWNER, needs_setup, owner
from strategy.models import Strategy

pytestmark = pytest.mark.django_db

PAGES = ["home", "strip", "miners", "miner-add", "plugs", "pools", "pool-add", "energy", "strategy"]
PAGES += ["logs", "audit", "settings", "tokens"]
SECRET = "a long enough secret"
ACCOUNT = {"username": "ada", "password1": SECRET, "password2": SECRET}


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_sent_to_the_login_and_back(name: str, person: User, client: Client) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.url == f"/login?next={reverse(name).replace('/', '%2F')}"


@pytest.mark.parametrize("name", PAGES)
def test_before_the_first_account_every_page_leads_to_the_set_up(name: str, client: Client) -> None:
    assert client.get(reverse(name)).url == "/setup"


def test_every_page_of_ours_is_behind_the_login() -> None:
    """Only these may be seen by anybody; a new one is a decision."""
    public = {
        pattern.name or str(pattern.pattern)
        for pattern in _leaves(get_resolver().url_patterns)
        if not getattr(pattern.callback, "login_required", True)
    }
    assert public <= {"login", "setup", "jsi18n"}


def _leaves(patterns: list) -> list:
    return [
        leaf for each in patterns for leaf in (_leaves(each.url_patterns) if hasattr(each, "url_patterns") else [each])
    ]


def test_a_fragment_for_a_stranger_moves_the_whole_page_to_the_login(person: User, client: Client) -> None:
    response = client.get("/", headers={"HX-Request": "true", "HX-Target": "wall"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (401, "/login")


def test_a_person_logs_in_and_out(person: User, client: Client) -> None:
    response = client.post("/login?next=/miners", {"username": person.username, "password": "correct horse battery"})
    assert response.url == "/miners"
    assert client.get("/miners").status_code == 200
    client.post("/logout")
    assert client.get("/miners").status_code == 302


def test_a_login_never_leads_to_another_site(person: User, client: Client) -> None:
    credentials = {"username": person.username, "password": "correct horse battery", "next": "https://evil.example/"}
    assert client.post("/login", credentials).url == "/"


class TestSetup:
    def test_makes_the_owner_and_the_tariff_and_logs_in(self, client: Client) -> None:
        response = client.post("/setup", ACCOUNT | {"region": "C", "postcode": ""})
        assert response.url == "/"
        made = User.objects.get(username="ada")
        assert made.is_superuser
        assert made.check_password(SECRET)
        assert Tariff.objects.get().region == "C"
        assert client.get("/").status_code == 200

    def test_leaves_electricity_for_later(self, client: Client) -> None:
        assert client.post("/setup", ACCOUNT | {"region": "", "postcode": ""}).status_code == 302
        assert not Tariff.objects.exists()

    def test_makes_nothing_when_the_region_is_wrong(self, client: Client) -> None:
        assert client.post("/setup", ACCOUNT | {"region": "Z"}).status_code == 422
        assert not User.objects.exists()

    @pytest.mark.parametrize("password", ["short", "12345678901", "password"])
    def test_refuses_a_weak_password_beside_its_field(self, client: Client, password: str) -> None:
        response = client.post("/setup", ACCOUNT | {"password1": password, "password2": password})
        assert response.status_code == 422
        assert response.context["form"].errors["password1"]
        assert not User.objects.exists()

    def test_works_once(self, person: User, client: Client) -> None:
        assert client.get("/setup").url == "/"
        client.post("/setup", ACCOUNT)
        assert not User.objects.filter(username="ada").exists()

    def test_takes_over_the_account_that_acted_without_a_login(self, client: Client) -> None:
        acted = owner()
        assert needs_setup()
        client.post("/setup", ACCOUNT | {"username": OWNER})
        assert User.objects.get().pk == acted.pk
        assert User.objects.get().check_password(SECRET)


@pytest.mark.usefixtures("nobody_logs_in")
class TestWithoutALogin:
    @pytest.mark.parametrize("name", PAGES)
    def test_every_page_is_the_owners(self, name: str, client: Client) -> None:
        response = client.get(reverse(name))
        assert response.status_code == 200
        assert response.wsgi_request.user.username == OWNER

    def test_there_is_no_log_out(self, client: Client) -> None:
        assert b"Log out" not in client.get("/settings").content

    @pytest.mark.parametrize("host", ["192.168.1.5:8080", "localhost", "hmm", "hmm.local:8080", "[fd00::1]:8080"])
    def test_names_of_the_household_are_served(self, client: Client, host: str) -> None:
        assert client.get("/login", headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize("host", ["rebound.example", "evil.com:8080", "192.168.1.5.evil.com"])
    def test_a_public_name_that_leads_here_is_refused(self, client: Client, host: str) -> None:
        response = client.get("/", headers={"Host": host})
        assert response.status_code == 403
        assert "web.allowed_hosts" in response.content.decode()

    def test_a_form_still_carries_its_token(self) -> None:
        client = Client(enforce_csrf_checks=True)
        assert client.post("/strategy/state", {"state": "LIVE"}).status_code == 403
        assert Strategy.load().state == "SHADOW"
