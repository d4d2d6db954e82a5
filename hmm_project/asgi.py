"""The ASGI application: pages and API through Django, `/ws/updates` through Channels."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hmm_project.settings")  # noqa: TID251  Django's own
django_application = get_asgi_application()  # first: it loads the apps that the consumer needs

from hmm_project.consumers import UpdatesConsumer  # noqa: E402

application = ProtocolTypeRouter(
    {"http": django_application, "websocket": AuthMiddlewareStack(UpdatesConsumer.as_asgi())}
)
