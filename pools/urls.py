from __future__ import annotations

from django.urls import path

from pools import views

urlpatterns = [
    path("pools", views.pools, name="pools"),
    path("pools/add", views.add, name="pool-add"),
    path("pools/<int:pk>", views.edit, name="pool-edit"),
    path("pools/<int:pk>/remove", views.remove, name="pool-remove"),
    path("pools/<int:pk>/test", views.test, name="pool-test"),
    path("pools/for/<int:miner_id>", views.choice, name="pool-choice"),
]
