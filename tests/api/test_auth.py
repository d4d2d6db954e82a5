"""Who may call the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from hmm_project.models import ApiToken
from strategy.models import Strategy

pytestmark = pytest.mark.django_db

LIVE = {"data": {"state": "LIVE"}, "content_type": "application/json"}
LONG_NAME = "n" * 60


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def state() -> str:
    return Strategy.load().state


class TestNobody:
    @pytest.mark.parametrize("url", ["/api/miners", "/api/events", "/api/audit", "/api/strategy", "/api/energy/now"])
    def test_is_told_401(self, client: Client, person: User, url: str) -> None:
        response = client.get(url)
        assert (response.status_code, response.json()) == (401, {"detail": "Unauthorized"})

    def test_changes_nothing(self, client: Client, person: User) -> None:
        assert client.patch("/api/strategy", **LIVE).status_code == 401
        assert state() == "SHADOW"

    @pytest.mark.parametrize("url", ["/api/openapi.json", "/api/docs"])
    def test_may_read_what_the_api_is(self, client: Client, url: str) -> None:
        assert client.get(url).status_code == 200


class TestToken:
    def test_reads_and_changes_without_a_csrf_token(self, token: str) -> None:
        client = Client(enforce_csrf_checks=True)
        assert client.get("/api/miners", headers=bearer(token)).json() == {"items": [], "count": 0}
        assert client.patch("/api/strategy", **LIVE, headers=bearer(token)).status_code == 200
        assert state() == "LIVE"

    @pytest.mark.parametrize("wrong", ["", "hmm_wrong", "Bearer", "x" * 5000, "hmm_\u00e9"])
    def test_a_wrong_one_is_401_even_beside_a_good_session(self, client: Client, person: User, wrong: str) -> None:
        client.force_login(person)
        response = client.get("/api/miners", headers=bearer(wrong))
        assert response.status_code == 401
        assert "detail" in response.json()

    def test_of_a_person_who_left_no_longer_works(self, client: Client, token: str, person: User) -> None:
        User.objects.filter(pk=person.pk).update(is_active=False)
        assert client.get("/api/miners", headers=bearer(token)).status_code == 401

    def test_is_no_key_to_the_pages(self, client: Client, token: str) -> None:
        assert client.get("/", headers=bearer(token)).status_code == 302

    def test_is_kept_as_a_hash_only(self, token: str) -> None:
        row = ApiToken.objects.get()
        assert token not in {row.digest, row.prefix, str(row)}
        assert token.startswith(row.prefix)

    def test_its_use_is_noted_at_most_once_a_minute(self, token: str) -> None:
        now = timezone.now()
        ApiToken.find(token, now=now)
        ApiToken.find(token, now=now + timedelta(seconds=30))
        assert ApiToken.objects.get().last_used_at == now
        ApiToken.find(token, now=now + timedelta(seconds=61))
        assert ApiToken.objects.get().last_used_at == now + timedelta(seconds=61)

    def test_the_audit_names_the_person(self, client: Client, token: str, person: User) -> None:
        client.patch("/api/strategy", **LIVE, headers=bearer(token))
        assert LogEntry.objects.latest("pk").actor == person

    def test_the_journal_names_person_and_token(self, client: Client, token: str) -> None:
        client.patch("/api/strategy", **LIVE, headers=bearer(token))
        (event, *_) = client.get("/api/events", headers=bearer(token)).json()["items"]
        assert event["message"].startswith("danvic (token script) set the strategy to LIVE")

    def test_a_long_name_fits_the_ledger(self, client: Client, person: User) -> None:
        User.objects.filter(pk=person.pk).update(username="u" * 100)
        long = ApiToken.issue(LONG_NAME, person)
        assert client.patch("/api/strategy", **LIVE, headers=bearer(long)).status_code == 200


class TestSession:
    def test_reads(self, client: Client, person: User) -> None:
        client.force_login(person)
        assert client.get("/api/miners").status_code == 200

    def test_changes_only_with_its_csrf_token(self, person: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(person)
        response = client.patch("/api/strategy", **LIVE)
        assert (response.status_code, response.json()) == (403, {"detail": "CSRF check Failed"})
        page = client.get("/settings").content.decode()
        csrf = page.split('"X-CSRFToken": "')[1].split('"')[0]
        assert client.patch("/api/strategy", **LIVE, headers={"X-CSRFToken": csrf}).status_code == 200
        assert state() == "LIVE"


@pytest.mark.usefixtures("nobody_logs_in")
class TestWithoutALogin:
    def test_a_program_needs_nothing(self) -> None:
        client = Client(enforce_csrf_checks=True)
        assert client.get("/api/miners").status_code == 200
        assert client.patch("/api/strategy", **LIVE).status_code == 200
        assert state() == "LIVE"

    def test_our_own_pages_may(self) -> None:
        client = Client(enforce_csrf_checks=True)
        own = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
        assert client.patch("/api/strategy", **LIVE, headers=own).status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://testserver:8123", "Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "cross-site"},
        ],
    )
    def test_a_page_of_another_site_may_not(self, client: Client, headers: dict[str, str]) -> None:
        response = client.patch("/api/strategy", **LIVE, headers=headers)
        assert response.status_code == 403
        assert "other sites" in response.json()["detail"]
        assert state() == "SHADOW"
        assert client.get("/api/miners", headers=headers).status_code == 403

    def test_a_public_name_that_leads_here_is_refused(self, client: Client) -> None:
        assert client.get("/api/miners", headers={"Host": "rebound.example"}).status_code == 403
