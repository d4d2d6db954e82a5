"""Choosing the tariff in a form and in the admin."""

from __future__ import annotations

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.test import RequestFactory

from energy.admin import PriceSlotAdmin, TariffAdmin
from energy.forms import TariffForm
from energy.models import PriceSlot, Tariff
from hmm_project.journal.models import Event
from tests.energy.rows import PRODUCT, at, envelope
from tests.energy.scripted import Reply, Script

pytestmark = pytest.mark.django_db

GRID = "/v1/industry/grid-supply-points/"
NOW = at("2026-01-18 12:10")


def form(**values: str) -> TariffForm:
    return TariffForm({"source": "octopus", "region": "", "postcode": "", "product": ""} | values)


def test_a_region_is_picked() -> None:
    chosen = form(region="J", product=PRODUCT.lower())
    assert chosen.is_valid(), chosen.errors
    assert str(chosen.keep(actor="ada", now=NOW)) == "Octopus Agile J"
    assert Tariff.objects.get().product == PRODUCT


def test_a_region_is_found_by_postcode(octopus: Script) -> None:
    octopus.answer(GRID, Reply(envelope([{"group_id": "_P"}])))
    chosen = form(postcode="IV1 1AA")
    assert chosen.is_valid(), chosen.errors
    assert chosen.keep(actor="ada", now=NOW).region == "P"


def test_a_postcode_that_leads_nowhere_says_so_beside_it(octopus: Script) -> None:
    octopus.answer(GRID, Reply({}, 500))
    assert form(postcode="IV1 1AA").errors["postcode"] == ["Octopus answered HTTP 500."]


def test_neither_region_nor_postcode_asks_for_one() -> None:
    assert form().errors["region"] == ["Choose your region, or give your postcode."]


def test_a_product_that_is_none_says_so_beside_it() -> None:
    assert "is not an Agile import product" in form(region="A", product="GO-VAR-22-10-14").errors["product"][0]


def test_the_admin_sets_the_tariff_as_everybody_else_does() -> None:
    request = RequestFactory().post("/")
    request.user = User.objects.create(username="ada", is_superuser=True)
    admin = TariffAdmin(Tariff, site)
    assert admin.has_add_permission(request)
    tariff = Tariff(source="octopus", region="A", product="")
    admin.save_model(request, tariff, form(region="A"), change=False)
    assert tariff.pk == Tariff.objects.get().pk == 1
    assert Event.objects.get(kind="tariff-set").message.startswith("ada set")
    assert not admin.has_add_permission(request)


def test_nobody_edits_prices_in_the_admin() -> None:
    request = RequestFactory().get("/")
    request.user = User.objects.create(username="ada", is_superuser=True)
    admin = PriceSlotAdmin(PriceSlot, site)
    assert not admin.has_add_permission(request)
    assert not admin.has_change_permission(request)
    assert not admin.has_delete_permission(request)
    assert admin.has_view_permission(request)
