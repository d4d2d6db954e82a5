from __future__ import annotations

from django.urls import path

from strategy import views

urlpatterns = [
    path("strategy", views.strategy, name="strategy"),
    path("strategy/state", views.set_state, name="strategy-state"),
]
