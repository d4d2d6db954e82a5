"""Headers, cookies, errors and static files."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import OperationalError
from django.template.loader import get_template
from django.test import Client
from redis.exceptions import ConnectionError as RedisAway

from hmm_project.config import PROJECT
from hmm_project.dashboard.templatetags import frame
from miners.models import Miner

pytestmark = pytest.mark.django_db

TEMPLATES = PROJECT / "templates"
FILES = sorted(TEMPLATES.rglob("*.html"))


def test_pages_forbid_every_script_that_is_not_a_file_of_ours(browser_client: Client) -> None:
    policy = browser_client.get("/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'self'" in policy


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    "url", ["/", "/strategy", "/miners", "/energy", "/pools", "/logs", "/logs/audit", "/plugs", "/login"]
)
def test_no_page_has_an_inline_script_or_handler_or_foreign_file(browser_client: Client, url: str) -> None:
    page = browser_client.get(url).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son\w+=", page)
    assert "<style" not in page
    assert all(link.startswith("/") for link in re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', page))


@pytest.mark.parametrize("url", ["/admin/", "/api/docs"])
def test_only_others_pages_may_do_more(browser_client: Client, url: str) -> None:
    assert "unsafe-eval" in browser_client.get(url).headers["Content-Security-Policy"]


def test_other_headers(browser_client: Client) -> None:
    headers = browser_client.get("/").headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_cookies_are_for_our_pages_only(client: Client, person: object) -> None:
    client.get("/login")
    response = client.post("/login", {"username": "danvic", "password": "correct horse battery"})
    for name in ("hmm_session", "hmm_csrf"):
        cookie = response.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    ("url", "kind"), [("/api/nothing", "application/json"), ("/nothing", "text/html; charset=utf-8")]
)
def test_what_is_not_there_is_said_in_the_askers_language(browser_client: Client, url: str, kind: str) -> None:
    response = browser_client.get(url)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == kind


def test_a_missing_csrf_token_is_a_page_that_says_what_to_do(person: object) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/login", {})
    assert response.status_code == 403
    assert "reload it" in response.content.decode()


def test_a_failure_is_said_without_its_inside(browser_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("an inside")

    monkeypatch.setattr("hmm_project.dashboard.home.Home", fail)
    browser_client.raise_request_exception = False
    response = browser_client.get("/")
    assert response.status_code == 500
    assert "Something went wrong." in response.content.decode()
    assert "inside" not in response.content.decode()


@pytest.mark.parametrize("away", [OperationalError("x"), RedisAway("x")])
def test_a_page_waits_for_a_part_of_the_house_that_is_away(
    browser_client: Client, monkeypatch: pytest.MonkeyPatch, away: Exception
) -> None:
    """Even the session, which the page itself would ask for, lies in the database that is away."""

    def fail(_: object) -> None:
        raise away

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fail)
    browser_client.raise_request_exception = False
    response = browser_client.get("/")
    assert response.status_code == 503
    assert response.headers["Refresh"] == "5"


def test_static_files_are_served_with_their_type(client: Client) -> None:
    response = client.get(frame.asset("hmm/app.css"))
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/css")
    assert "max-age" in response.headers["Cache-Control"]
    assert client.get("/static/src/package.json").status_code == 404


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_template_compiles_and_every_icon_it_names_exists(path: Path) -> None:
    get_template(str(path.relative_to(TEMPLATES)))
    sprite = (TEMPLATES.parent / "static" / frame.ICONS).read_text()
    for name in re.findall(r'{% icon "([\w-]+)"', path.read_text()):
        assert f'id="{name}"' in sprite, name


class TestAccessibility:
    """The basics, on every page with everything on it."""

    URLS = ["/", "/strategy", "/miners", "/miners/add", "/energy", "/pools", "/pools/add", "/logs", "/logs/audit"]
    URLS += ["/plugs", "/plugs/add", "/settings", "/settings/tokens"]

    @pytest.mark.parametrize("url", URLS)
    def test_language_one_heading_landmarks_and_labels(
        self, browser_client: Client, house: dict[str, Miner], url: str
    ) -> None:
        page = browser_client.get(url).content.decode()
        assert '<html lang="en-GB"' in page
        assert len(re.findall(r"<h1[ >]", page)) == 1
        assert page.count("<main") == 1
        assert 'href="#content"' in page
        assert not re.search(r"<img(?![^>]*\balt=)", page)
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        for field in re.findall(r"<(?:input|select|textarea)[^>]*>", page):
            _has_a_label(field, page)

    def test_headings_never_skip_a_level(self, browser_client: Client, house: dict[str, Miner]) -> None:
        for url in [*self.URLS, f"/miners/{house['Blue'].pk}"]:
            levels = [int(level) for level in re.findall(r"<h(\d)", browser_client.get(url).content.decode())]
            assert all(after - before <= 1 for before, after in pairwise(levels)), url


def _has_a_label(field: str, page: str) -> None:
    if 'type="hidden"' in field or re.search(r'\saria-label="[^"]+"', field):
        return
    found = re.search(r'\sid="([^"]+)"', field)
    labelled = found and f'for="{found[1]}"' in page
    wrapped = re.search(r"<label[^>]*>(?:(?!</label>).)*" + re.escape(field), page, re.DOTALL)
    assert labelled or wrapped, field
