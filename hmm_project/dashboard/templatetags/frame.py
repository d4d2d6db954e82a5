"""Template tags of the frame: icons, static files, where one is."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

SVG = '<svg class="icon {}" width="16" height="16" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
ICONS = "vendor/lucide-static-1.62.0/icons.svg"


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """A decorative icon of the sprite; the word stands beside it."""
    return format_html(SVG, classes, asset(ICONS), name)


@register.simple_tag
def asset(path: str) -> str:
    """A static file's URL that changes when the file does."""
    return f"{static(path)}?v={_fingerprint(path)}"


@lru_cache(maxsize=64)
def _fingerprint(path: str) -> str:
    file = finders.find(path)
    if not file:
        raise template.TemplateSyntaxError(f"static file {path} does not exist")
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:10]


@register.simple_tag(takes_context=True)
def current(context: template.Context, prefix: str) -> SafeString | str:
    """aria-current for a navigation link whose page, or a page below it, is shown."""
    path = context["request"].path
    here = path == prefix if prefix == "/" else path == prefix or path.startswith(prefix.rstrip("/") + "/")
    return SafeString(' aria-current="page"') if here else ""
