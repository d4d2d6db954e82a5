"""Adding and changing pools in a form and in the admin."""

from __future__ import annotations

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import RequestFactory

from hmm_project.journal.models import Event
from pools.admin import PoolAdmin
from pools.forms import PoolForm
from pools.models import Pool
from strategy.models import Band
from tests.pools.made import NOW, make_pool

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Solo",
    "coin": "BCH",
    "host": "stratum+ssl://pool.example:443",
    "port": "",
    "user": "bc1qexample",
    "password": "",
    "enabled": "on",
}


def test_a_pasted_address_fills_port_and_tls() -> None:
    form = PoolForm(TYPED)
    assert form.is_valid(), form.errors
    pool = form.keep(actor="ada", now=NOW)
    assert (pool.host, pool.port, pool.tls, pool.coin, pool.password) == ("pool.example", 443, True, "BCH", "x")


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"host": "pool.example"}, "port", "Give the port, such as 3333."),
        ({"port": "3333"}, "port", "The address says 443, this says 3333"),
        ({"host": "https://pool.example"}, "host", "https:// is not a stratum version 1 address"),
        ({"host": "pool example", "port": "1"}, "host", "is not a host name"),
        ({"user": "a,b"}, "user", "No spaces, commas or control characters."),
        ({"port": "99999", "host": "pool.example"}, "port", "less than or equal to 65535"),
    ],
)
def test_a_wrong_value_says_so_beside_its_field(typed: dict[str, str], field: str, sentence: str) -> None:
    assert sentence in " ".join(PoolForm(TYPED | typed).errors[field])


def test_an_empty_password_keeps_the_one_there_is_and_none_is_ever_shown() -> None:
    pool = make_pool(password="hunter2")
    assert "hunter2" not in PoolForm(instance=pool).as_p()
    assert "hunter2" not in PoolForm({**TYPED, "password": "hunter2"}, instance=pool).as_p()
    form = PoolForm(TYPED, instance=pool)
    assert form.is_valid(), form.errors
    form.keep(actor="ada", now=NOW)
    assert Pool.objects.get().password == "hunter2"


@pytest.fixture
def request_of_ada() -> HttpRequest:
    request = RequestFactory().post("/")
    request.user = User.objects.create(username="ada", is_superuser=True)
    return request


def test_the_admin_saves_and_removes_as_everybody_else_does(request_of_ada: HttpRequest) -> None:
    admin = PoolAdmin(Pool, site)
    form = admin.get_form(request_of_ada)(TYPED)
    assert form.is_valid(), form.errors
    admin.save_model(request_of_ada, form.save(commit=False), form, change=False)
    Band.objects.create(lower_pence=90, name="Dear", pool=Pool.objects.get())
    admin.delete_queryset(request_of_ada, Pool.objects.all())
    assert Event.objects.get(kind="pool-removed").message.startswith("ada removed the pool Solo")
