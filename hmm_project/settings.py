"""Django's settings: wiring only. What a household may choose is in config.yaml or is a row in the admin."""

from __future__ import annotations

import os
import sys

import django_stubs_ext

from hmm_project import config as configuration
from hmm_project import connections, environment, schedule, secrets
from hmm_project.config import PROJECT
from hmm_project.dashboard import admin_menu

django_stubs_ext.monkeypatch()

HOME = configuration.current_home()
CONFIG = configuration.load(HOME)
ENVIRONMENT = environment.read()
if os.geteuid() != 0:  # the folder is the account's: root has nothing to do with what lies there
    sys.path.append(str(HOME.plugins))  # last: a plug-in may add modules, never replace one

SECRET_KEY = secrets.master_key(HOME)
DEBUG = False
ALLOWED_HOSTS = CONFIG.web.allowed_hosts
CSRF_TRUSTED_ORIGINS = CONFIG.web.trusted_origins
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "SAMEORIGIN"

# What only pages and API need; none of these has tables. Megabytes less for the processes without them.
PAGES = [
    "unfold",  # before the admin, whose templates it replaces
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "channels",
    "ninja",
]
INSTALLED_APPS = [
    "hmm_project",
    "hmm_project.journal",
    "miners",
    "energy",
    "pools",
    "strategy",
    "hmm_project.dashboard",
    *([] if configuration.current_role() in {"worker", "prepare"} else PAGES),
    # The plain "django.contrib.admin" would import every admin.py into the worker too; urls.py discovers them.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django_celery_beat",
    "auditlog",
]
if configuration.current_role() == "beat":
    INSTALLED_APPS = ["django_celery_beat"]

MIDDLEWARE = [
    "hmm_project.health.answer_first",
    "django.middleware.security.SecurityMiddleware",
    "hmm_project.headers.HeadersMiddleware",
    "hmm_project.static_files.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hmm_project.access.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
]

ROOT_URLCONF = "hmm_project.urls"
ASGI_APPLICATION = "hmm_project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hmm_project.dashboard.frame.context",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "hmm_project.dashboard.templatetags.frame",
                "hmm_project.dashboard.templatetags.looks",
                "hmm_project.dashboard.templatetags.units",
            ],
        },
    },
]

DATABASES = {"default": connections.database(CONFIG, HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = connections.redis_url(CONFIG, HOME)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "hmm"},
    },
}

FLOWER_SOCKET = HOME.flower_socket if CONFIG.flower else None

CELERY_BROKER_URL = connections.broker_url(CONFIG, HOME)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # a tick that died is made up by the next one, never run twice
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SEND_TASK_EVENTS = CONFIG.flower
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # the broker comes back, however long it takes
CELERY_RESULT_EXPIRES = None  # there are no results, so no job that cleans them up
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "hmm_project.beat:Scheduler"
CELERY_BEAT_SCHEDULE = schedule.entries(CONFIG)
CELERY_BEAT_MAX_LOOP_INTERVAL = 5

LANGUAGE_CODE = "en-gb"
TIME_ZONE = ENVIRONMENT.tz
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [(name, PROJECT / "static" / name) for name in ("hmm", "vendor")]  # not static/src
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# Cookies know no port: other Django programs on the same machine must not overwrite ours.
SESSION_COOKIE_NAME = "hmm_session"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 90 * 24 * 3600
CSRF_COOKIE_NAME = "hmm_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "hmm_project.views.csrf_failure"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]

AUDITLOG_DISABLE_REMOTE_ADDR = True  # it trusts X-Forwarded-For, which anybody may send

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
    },
}


UNFOLD = admin_menu.UNFOLD
