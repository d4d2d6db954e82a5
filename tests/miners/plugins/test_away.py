"""What a household sees of a plug-in that is broken or gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from hmm_project.journal.models import Alert, Event
from miners import kinds, plugins, tasks
from miners.adapters import registry
from miners.adapters.plugins import Plugin
from miners.forms import MinerForm
from miners.models import Miner, MinerStatus
from miners.polling import poll_shard
from miners.services import Invalid, create_miner, delete_miner, update_miner
from strategy import services as strategy
from strategy.contract import BandAction, BandRule, Lever, Power
from strategy.facts import miner_facts
from strategy.models import Band
from tests import factories
from tests.strategy import rows

NOW = datetime(2026, 1, 14, 12, 10, tzinfo=UTC)
pytestmark = pytest.mark.django_db
BROKEN = Plugin(package="hmm-toaster 1.0", name="toaster", problem="SyntaxError: invalid syntax")


@pytest.fixture
def miner(db: None) -> Miner:
    """Added and read while its plug-in was there."""
    return rows.owned("Toaster", kind="toaster", at=NOW)


def report(monkeypatch: pytest.MonkeyPatch, *found: Plugin) -> None:
    monkeypatch.setattr(plugins, "PLUGINS", found)
    plugins.report(NOW)


def test_a_broken_plug_in_is_one_alert_until_it_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        report(monkeypatch, BROKEN)
    alert = Alert.objects.get()
    assert alert.level == "error"
    assert alert.message == "The plug-in hmm-toaster 1.0 is left out: SyntaxError: invalid syntax."
    report(monkeypatch, Plugin(package="hmm-toaster 1.1", name="toaster", family=registry.KINDS["bitaxe"]))
    assert not Alert.objects.exists()
    kinds_told = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds_told == ["plugin-broken", "plugin-broken-over"]


def test_another_broken_release_is_another_alert_and_other_alerts_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    Alert.objects.create(key="miner-fault:miner:1", subject="miner:1", message="x", opened_at=NOW)
    report(monkeypatch, BROKEN)
    report(monkeypatch, Plugin(package="hmm-toaster 1.1", name="toaster", problem="ImportError: no"))
    subjects = list(Alert.objects.order_by("pk").values_list("subject", flat=True))
    assert subjects == ["miner:1", "plugin:hmm-toaster 1.1 toaster"]


def test_the_worker_tells_of_what_it_has_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "PLUGINS", (BROKEN,))
    tasks.report_plugins()
    assert Alert.objects.get().key.startswith("plugin-broken:")


def test_settings_list_every_plug_in_with_its_problem(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(factories.owner())
    assert "Plug-ins" not in client.get("/settings").content.decode()
    good = Plugin(package="hmm-kettle 2.0", name="kettle", family=registry.KINDS["bitaxe"])
    monkeypatch.setattr("hmm_project.dashboard.settings_page.PLUGINS", (BROKEN, good))
    page = client.get("/settings").content.decode()
    for text in ("hmm-toaster 1.0", "SyntaxError: invalid syntax", "hmm-kettle 2.0", "In use"):
        assert text in page


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ((), "No driver for 'toaster' is installed"),
        ((BROKEN,), "hmm-toaster 1.0 for 'toaster' is left out: SyntaxError"),
    ],
)
def test_its_miner_says_what_is_missing(
    miner: Miner, monkeypatch: pytest.MonkeyPatch, known: tuple[Plugin, ...], words: str
) -> None:
    monkeypatch.setattr(registry, "PLUGINS", known)
    for poll in range(3):
        poll_shard([miner.pk], now=NOW + timedelta(seconds=30 * poll))
    seen = MinerStatus.objects.get(miner=miner)
    assert words in seen.failure
    assert seen.state == "unreachable"
    assert words in Alert.objects.get(key=f"miner-unreachable:{miner.subject}").message


def test_its_miner_is_shown_everywhere(miner: Miner, client: Client) -> None:
    client.force_login(factories.owner())
    for path in ("/", "/miners", f"/miners/{miner.pk}", f"/miners/{miner.pk}/edit"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "Toaster" in answer.content.decode()
    assert client.get("/api/miners").json()["items"][0]["kind"] == "toaster"
    assert client.get(f"/admin/miners/miner/{miner.pk}/change/").status_code == 200


def test_its_miner_is_renamed_disabled_and_removed_but_stays_what_it_is(miner: Miner) -> None:
    form = MinerForm(miner=miner)
    assert ("toaster", "toaster (not installed)") in form.fields["kind"].choices
    assert ("toaster", "toaster (not installed)") not in kinds.choices()
    values = {"name": "Old toaster", "kind": "toaster", "host": miner.host, "port": "", "enabled": ""}
    form = MinerForm(values, miner=miner)
    assert form.is_valid()
    changed = form.keep(actor="ada", now=NOW)
    assert changed
    assert (changed.name, changed.kind, changed.port, changed.enabled) == ("Old toaster", "toaster", 80, False)
    delete_miner(changed, actor="ada", now=NOW)
    assert not Miner.objects.exists()


def test_nothing_becomes_a_kind_without_a_driver(miner: Miner) -> None:
    with pytest.raises(Invalid, match="not a known kind"):
        create_miner(actor="ada", now=NOW, name="Second", kind="toaster", host="10.0.0.9")
    other = create_miner(actor="ada", now=NOW, name="Gamma", kind="bitaxe", host="10.0.0.9")
    with pytest.raises(Invalid, match="not a known kind"):
        update_miner(other, actor="ada", now=NOW, kind="toaster")


def test_the_ladder_keeps_its_modes_and_can_still_be_changed() -> None:
    before = BandRule(lower_pence=None, name="Always", color="#123456", modes={"toaster": "dark"})
    Band.objects.all().delete()
    Band.objects.create(name="Always", color="#123456", modes={"toaster": "dark"})
    dear = BandRule(lower_pence=Decimal(30), name="Dear", color="#654321", action=BandAction.OFF)
    assert strategy.replace_bands([before, dear], actor="ada", now=NOW) == (before, dear)
    with pytest.raises(Exception, match="there is no family 'kettle'"):
        strategy.replace_bands(
            [BandRule(lower_pence=None, name="Always", modes={"kettle": "hot"})], actor="ada", now=NOW
        )


def test_the_strategy_takes_it_as_one_nobody_can_look_after(miner: Miner) -> None:
    facts = miner_facts(miner, {}, since=NOW - timedelta(minutes=3))
    assert (facts.supported, facts.may_run, facts.capabilities, facts.modes) == (False, False, frozenset(), ())


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(("price", "power"), [("8", Power.LEAVE), ("31", Power.OFF)])
def test_a_tick_leaves_it_or_says_it_cannot_be_switched_off(miner: Miner, price: str, power: Power) -> None:
    rows.live()
    factories.ladder()
    rows.priced(f"{price} {price}")
    (decision,) = strategy.tick(NOW).miners
    assert decision.power is power
    assert (decision.lever is Lever.UNCONTROLLABLE) is (power is Power.OFF)
    assert Alert.objects.filter(key=f"miner-uncontrollable:{miner.subject}").exists() is (power is Power.OFF)
