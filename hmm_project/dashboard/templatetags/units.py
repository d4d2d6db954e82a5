"""Template filters that print values with their units."""

from __future__ import annotations

from django import template

register = template.Library()
