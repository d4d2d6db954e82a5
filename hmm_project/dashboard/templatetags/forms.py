"""Form fields in the pages' own style."""

from __future__ import annotations

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()

STYLES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "toggle"),
    (forms.CheckboxSelectMultiple, "checkbox checkbox-sm"),
    (forms.Select, "select w-full"),
    (forms.Textarea, "textarea w-full"),
    (forms.Widget, "input w-full"),
)


@register.filter
def styled(field: BoundField) -> SafeString:
    """The field's widget, with its error said to assistive technology (Django 5.2 adds the rest)."""
    widget = field.field.widget
    attributes: dict[str, str | bool] = {"class": next(style for kind, style in STYLES if isinstance(widget, kind))}
    if field.errors:
        attributes["class"] = f"{attributes['class']} border-error"
    return field.as_widget(attrs=attributes)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)
