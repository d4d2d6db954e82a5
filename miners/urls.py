from __future__ import annotations

from django.urls import path

from miners import bulk_views, code_views, form_views, ledger_views, plug_views, steering, views
from miners.discovery import views as discovery
from miners.mqtt import views as mqtt
from miners.tuning import views as tuning

urlpatterns = [
    path("miners", views.miners, name="miners"),
    path("miners/add", form_views.add, name="miner-add"),
    path("miners/discover", discovery.discover, name="miners-discover"),
    path("miners/discover/add", discovery.add, name="miners-discover-add"),
    path("miners/<int:pk>", views.miner, name="miner"),
    path("miners/<int:pk>/edit", form_views.edit, name="miner-edit"),
    path("miners/<int:pk>/remove", views.remove, name="miner-remove"),
    path("miners/<int:pk>/order", steering.order, name="miner-order"),
    path("miners/<int:pk>/code", code_views.enter, name="miner-code"),
    path("miners/bulk", bulk_views.bulk, name="miners-bulk"),
    path("miners/profiles", tuning.profiles, name="tuning-profiles"),
    path("miners/profiles/<int:pk>", tuning.profile, name="tuning-profile"),
    path("miners/profiles/<int:pk>/remove", tuning.remove, name="tuning-profile-remove"),
    path("miners/<int:pk>/tune", tuning.tune, name="miner-tune"),
    path("miners/<int:pk>/profile", tuning.apply, name="miner-profile"),
    path("miners/<int:pk>/profiles", tuning.save_from, name="miner-profile-save"),
    path("ledger", ledger_views.ledger, name="ledger"),
    path("plugs", plug_views.plugs, name="plugs"),
    path("plugs/test", plug_views.test, name="plugs-test"),
    path("plugs/add", plug_views.add, name="plug-add"),
    path("plugs/offered", plug_views.offered, name="plugs-offered"),
    path("plugs/mqtt", mqtt.broker, name="mqtt"),
    path("plugs/mqtt/test", mqtt.test, name="mqtt-test"),
    path("plugs/<int:pk>", plug_views.edit, name="plug-edit"),
    path("plugs/<int:pk>/turn", plug_views.turn, name="plug-turn"),
    path("plugs/<int:pk>/remove", plug_views.remove, name="plug-remove"),
]
