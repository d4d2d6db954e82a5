"""Settings, API tokens, plugs and the admin behind them."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.contrib import admin
from django.test import Client
from unfold.admin import ModelAdmin

from hmm_project.dashboard.admin_menu import NAVIGATION
from hmm_project.models import ApiToken
from miners.models import HomeAssistant, Miner, Switch
from tests import factories

pytestmark = pytest.mark.django_db


class TestTokens:
    def test_a_token_is_shown_once_and_then_only_its_beginning(self, browser_client: Client) -> None:
        page = browser_client.post("/settings/tokens", {"name": "script"}).content.decode()
        found = re.search(r"hmm_[\w-]{43}", page)
        assert found
        again = browser_client.get("/settings/tokens").content.decode()
        assert found[0] not in again
        assert ApiToken.objects.get().prefix in again
        assert found[0] not in str(ApiToken.objects.values_list())

    def test_a_token_wants_a_name(self, browser_client: Client) -> None:
        assert browser_client.post("/settings/tokens", {"name": ""}).status_code == 422
        assert not ApiToken.objects.exists()

    def test_a_person_removes_own_tokens_only(self, browser_client: Client) -> None:
        ApiToken.issue("theirs", factories.owner("bob"))
        theirs = ApiToken.objects.get()
        assert browser_client.post(f"/settings/tokens/{theirs.pk}/remove").status_code == 404
        browser_client.post("/settings/tokens", {"name": "mine"})
        mine = ApiToken.objects.get(name="mine")
        browser_client.post(f"/settings/tokens/{mine.pk}/remove")
        assert list(ApiToken.objects.all()) == [theirs]


class TestPlugs:
    @pytest.mark.usefixtures("house")
    def test_are_listed_with_what_they_feed(self, browser_client: Client) -> None:
        page = browser_client.get("/plugs").content.decode()
        for text in ("Garage plug", "Off", "Office plug", "On", "96.4 W", "Q Bert"):
            assert text in page

    def test_a_plug_is_added_changed_and_removed(self, browser_client: Client, now: datetime) -> None:
        blue = factories.miner("Blue", "bitaxe", now)
        form = {"name": "Rack", "entity_id": "switch.rack", "power_entity_id": "", "miner_ids": [blue.pk]}
        assert browser_client.post("/plugs/add", form).url == "/plugs"
        plug = Switch.objects.get()
        assert list(plug.miners.all()) == [blue]
        browser_client.post(f"/plugs/{plug.pk}", form | {"locked": "on", "miner_ids": []})
        plug.refresh_from_db()
        assert (plug.locked, plug.miners.count()) == (True, 0)
        browser_client.post(f"/plugs/{plug.pk}/remove")
        assert not Switch.objects.exists()
        assert Miner.objects.exists()

    def test_an_entity_that_is_no_switch_is_refused(self, browser_client: Client) -> None:
        response = browser_client.post("/plugs/add", {"name": "X", "entity_id": "light.kitchen lamp"})
        assert response.status_code == 422
        assert response.context["form"].errors["entity_id"]

    def test_the_token_of_home_assistant_is_kept_and_never_shown(self, browser_client: Client) -> None:
        form = {"url": "http://homeassistant.local:8123", "token": "s3cret", "enabled": "on"}
        assert browser_client.post("/plugs", form).url == "/plugs"
        assert HomeAssistant.objects.get().token == "s3cret"
        assert "s3cret" not in browser_client.get("/plugs").content.decode()
        browser_client.post("/plugs", form | {"token": ""})
        assert HomeAssistant.objects.get().token == "s3cret"

    def test_another_address_wants_the_token_again(self, browser_client: Client) -> None:
        form = {"url": "http://homeassistant.local:8123", "token": "s3cret", "enabled": "on"}
        browser_client.post("/plugs", form)
        response = browser_client.post("/plugs", form | {"url": "http://evil.example", "token": ""})
        assert response.status_code == 422
        assert HomeAssistant.objects.get().url == "http://homeassistant.local:8123"


def test_settings_lead_everywhere(browser_client: Client) -> None:
    page = browser_client.get("/settings").content.decode()
    for url in set(re.findall(r'<a class="panel[^>]*href="([^"]+)"', page)) - {"/flower/"}:
        assert browser_client.get(url).status_code == 200, url


class TestAdmin:
    @pytest.mark.usefixtures("house")
    def test_every_list_and_every_link_of_the_sidebar_opens(self, browser_client: Client) -> None:
        for group in NAVIGATION:
            for item in group["items"]:
                assert browser_client.get(str(item["link"])).status_code == 200, item["title"]

    @pytest.mark.usefixtures("house")
    def test_every_model_is_in_the_pages_style_and_opens(self, browser_client: Client) -> None:
        for model, model_admin in admin.site._registry.items():
            assert isinstance(model_admin, ModelAdmin), model
            url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            assert browser_client.get(url).status_code == 200, url
            row = model._default_manager.first()
            if row is not None:
                assert browser_client.get(f"{url}{row.pk}/change/").status_code == 200, row

    def test_a_person_who_is_no_staff_stays_out(self, client: Client) -> None:
        user = factories.owner("guest")
        user.is_staff = user.is_superuser = False
        user.save()
        client.force_login(user)
        assert client.get("/admin/").status_code == 302
        assert "Admin" not in client.get("/settings").content.decode()

    def test_a_token_cannot_be_made_in_the_admin(self, browser_client: Client) -> None:
        assert browser_client.get("/admin/hmm_project/apitoken/add/").status_code == 403
