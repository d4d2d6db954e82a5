"""Every address of the product."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from hmm_project import flower, health
from hmm_project.api import api

admin.autodiscover()  # settings use SimpleAdminConfig, so that worker and beat do without

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("hmm_project.dashboard.urls")),
    path("", include("miners.urls")),
    path("", include("pools.urls")),
    path("", include("energy.urls")),
    path("", include("strategy.urls")),
    path("api/health", health.view),
    path("api/", api.urls),
    re_path(r"^flower/(?P<path>.*)$", flower.proxy),
    path("admin/", admin.site.urls),
]

handler400 = "hmm_project.views.bad_request"
handler403 = "hmm_project.views.forbidden"
handler404 = "hmm_project.views.not_found"
handler500 = "hmm_project.views.server_error"
