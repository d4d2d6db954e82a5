from __future__ import annotations

from django.urls import path

from pools import views
from pools.coins import views as coins

urlpatterns = [
    path("pools", views.pools, name="pools"),
    path("pools/add", views.add, name="pool-add"),
    path("pools/<int:pk>", views.edit, name="pool-edit"),
    path("pools/<int:pk>/remove", views.remove, name="pool-remove"),
    path("pools/<int:pk>/test", views.test, name="pool-test"),
    path("pools/for/<int:miner_id>", views.choice, name="pool-choice"),
    path("coins", coins.coins, name="coins"),
    path("coins/refresh", coins.refresh_now, name="coins-refresh"),
    path("coins/payouts/add", coins.payout_add, name="payout-add"),
    path("coins/payouts/<int:pk>", coins.payout_edit, name="payout-edit"),
    path("coins/payouts/<int:pk>/remove", coins.payout_remove, name="payout-remove"),
    path("coins/payouts.csv", coins.payouts_csv, name="payouts-csv"),
    path("coins/<str:coin>", coins.setting, name="coin-setting"),
]
