from __future__ import annotations

from django.urls import path

from energy import views
from energy.ledger.views import energy_costs

urlpatterns = [
    path("energy", views.energy, name="energy"),
    path("energy/costs", energy_costs, name="energy-costs"),
    path("energy/prices.csv", views.prices_csv, name="energy-prices-csv"),
    path("energy/refresh", views.refresh, name="energy-refresh"),
]
