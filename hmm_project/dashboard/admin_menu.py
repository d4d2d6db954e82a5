"""django-unfold's settings: the pages' palette, the sidebar, links both ways."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

Item = dict[str, Any]


def _model(title: str, icon: str, name: str) -> Item:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{name}_changelist")}


def _logo(_: object) -> str:
    return static("hmm/logo.svg")


GREYS = (98.5, 97, 92, 87, 70.5, 55, 45, 37.5, 28, 21, 15)
GREENS = (
    (97.5, 0.015), (94.5, 0.03), (90, 0.05), (83, 0.075), (73, 0.1), (60, 0.1),
    (47, 0.085), (42, 0.075), (37, 0.065), (32, 0.055), (24, 0.04),
)  # fmt: skip
STEPS = ("50", "100", "200", "300", "400", "500", "600", "700", "800", "900", "950")

BACK: Item = {"title": "Back to the pages", "icon": "home", "link": reverse_lazy("home"), "active": lambda _: False}
NAVIGATION: list[Item] = [
    {"items": [BACK]},
    {
        "title": "Miners",
        "items": [
            _model("Miners", "memory", "miners_miner"),
            _model("Plugs", "power", "miners_switch"),
            _model("Home Assistant", "cottage", "miners_homeassistant"),
            _model("MQTT broker", "hub", "miners_mqttbroker"),
            _model("Ledger", "receipt_long", "miners_command"),
        ],
    },
    {
        "title": "Strategy",
        "items": [
            _model("Strategy", "tune", "strategy_strategy"),
            _model("Bands", "stairs", "strategy_band"),
            _model("Decisions", "lightbulb", "strategy_decision"),
        ],
    },
    {
        "title": "Energy and pools",
        "items": [
            _model("Tariff", "bolt", "energy_tariff"),
            _model("Prices", "payments", "energy_priceslot"),
            _model("Pools", "waves", "pools_pool"),
            _model("Coins", "currency_bitcoin", "pools_coinsetting"),
            _model("Figures of coins", "query_stats", "pools_coinfigure"),
            _model("Payouts", "savings", "pools_payout"),
        ],
    },
    {
        "title": "Journal",
        "items": [
            _model("Events", "article", "journal_event"),
            _model("Alerts", "warning", "journal_alert"),
            _model("Changes", "history", "auditlog_logentry"),
        ],
    },
    {
        "title": "House",
        "items": [
            _model("People", "person", "auth_user"),
            _model("Groups", "group", "auth_group"),
            _model("API tokens", "key", "hmm_project_apitoken"),
            _model("Schedules", "schedule", "django_celery_beat_periodictask"),
        ],
    },
]

UNFOLD = {
    "SITE_TITLE": "Home Miner Manager",
    "SITE_HEADER": "Home Miner Manager",
    "SITE_URL": "/",
    "SITE_ICON": _logo,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _logo}],
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "base": {
            step: f"oklch({light}% {min(0.016, (100.5 - light) / 1200)} 250)"
            for step, light in zip(STEPS, GREYS, strict=True)
        },
        "primary": {step: f"oklch({light}% {chroma} 195)" for step, (light, chroma) in zip(STEPS, GREENS, strict=True)},
    },
    "SIDEBAR": {"show_search": True, "navigation": NAVIGATION},
}
