"""`{% icon "name" %}`, on every page many times: known to all templates, and cheap."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A sign of static/icons.svg; words beside it say what it means."""
    sheet = static("icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sheet, name
    )
