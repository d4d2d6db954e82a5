from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from hmm_project.dashboard import audit_page, frame, home, logs, settings_page, setup

urlpatterns = [
    path("", home.home, name="home"),
    path("strip", frame.strip, name="strip"),
    path("logs", logs.logs, name="logs"),
    path("logs/audit", audit_page.audit, name="audit"),
    path("settings", settings_page.settings, name="settings"),
    path("settings/tokens", settings_page.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/remove", settings_page.remove_token, name="token-remove"),
    path("setup", setup.setup, name="setup"),
    path("login", LoginView.as_view(template_name="access/login.html"), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
]
