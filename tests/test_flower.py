"""Flower behind our log-in: against a real server on a UNIX socket that tells what reached it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import path, re_path
from pytest_django import Settings

from hmm_project import flower

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]
urlpatterns = [path("flower/", flower.proxy), re_path(r"^flower/(?P<path>.*)$", flower.proxy)]


class Told(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_GET(self) -> None:
        if self.path.startswith("/flower/endless"):
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"x" * 65_536)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        asked = {
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body,
        }
        answer = json.dumps(asked).encode()
        self.send_response(302 if "moved" in self.path else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("Location", "/flower/elsewhere")
        self.send_header("Set-Cookie", "theirs=1")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET  # noqa: N815  the library asks for this name

    def address_string(self) -> str:
        return "unix"

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def upstream(tmp_path: Path, settings: Settings) -> Iterator[None]:
    settings.FLOWER_SOCKET = tmp_path / "flower.sock"
    with ThreadingUnixStreamServer(str(settings.FLOWER_SOCKET), Told) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


@pytest.fixture
def staff() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("anna"))
    return client


@pytest.mark.usefixtures("upstream")
def test_staff_get_the_page_with_its_query_and_without_cookies(staff: Client) -> None:
    answer = staff.get(
        "/flower/tasks?q=a%20b&limit=5", headers={"Authorization": "Bearer secret", "Accept": "text/html"}
    )
    asked = answer.json()
    assert (answer.status_code, asked["path"]) == (200, "/flower/tasks?q=a%20b&limit=5")
    assert asked["headers"]["accept"] == "text/html"
    assert not {"cookie", "authorization"} & asked["headers"].keys()
    assert "theirs" not in answer.cookies
    assert "Connection" not in answer.headers


@pytest.mark.usefixtures("upstream")
def test_redirects_are_the_browsers_to_follow(staff: Client) -> None:
    answer = staff.get("/flower/moved")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/flower/elsewhere")


@pytest.mark.usefixtures("upstream")
def test_a_form_of_our_own_page_is_passed_on(staff: Client) -> None:
    answer = staff.post("/flower/tasks/datatable", {"draw": "1"}, headers={"Origin": "http://testserver"})
    assert (answer.status_code, answer.json()["body"][:2]) == (200, "--")


@pytest.mark.usefixtures("upstream")
@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_sites_form_is_refused(staff: Client, headers: dict[str, str]) -> None:
    assert staff.post("/flower/api/worker/shutdown/x", headers=headers).status_code == 403


@pytest.mark.usefixtures("upstream")
def test_others_than_staff_do_not_get_in() -> None:
    client = Client()
    client.force_login(User.objects.create_user("guest"))
    assert client.get("/flower/").status_code == 403


@pytest.mark.usefixtures("upstream")
def test_an_answer_without_end_is_cut(staff: Client) -> None:
    assert staff.get("/flower/endless").status_code == 502


@pytest.mark.usefixtures("upstream")
def test_other_methods_are_refused(staff: Client) -> None:
    assert staff.delete("/flower/").status_code == 405


def test_a_flower_that_is_down_is_told(staff: Client, settings: Settings, tmp_path: Path) -> None:
    settings.FLOWER_SOCKET = tmp_path / "nothing.sock"
    answer = staff.get("/flower/")
    assert (answer.status_code, b"does not answer" in answer.content) == (503, True)


def test_a_flower_that_is_switched_off_is_not_there(staff: Client, settings: Settings) -> None:
    settings.FLOWER_SOCKET = None
    assert staff.get("/flower/").status_code == 404
