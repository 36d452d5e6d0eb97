"""All that Books pages know of Cliq: the chat bar, and the banner when something is wrong."""

from typing import Any, cast

from django import template
from django.core.exceptions import ObjectDoesNotExist
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from portal.models import Customer, Membership

from ..chat.discussions import seen_by
from ..cliq.errors import CliqUnavailable
from ..cliq.messages import TEXT_LIMIT
from ..models import ChatPost, Connection, Delivery, HiddenBar, Subject
from ..problems import error_named, problem_of

register = template.Library()


@register.simple_tag(takes_context=True)
def cliq_chat_bar(context: Context) -> str:
    """The chat bar where the organisation has it enabled, unless the viewer has hidden it."""
    if not _has_chat_bar(context) or _is_hidden(context):
        return ""
    told = {**_told(context), "text_limit": TEXT_LIMIT}
    return render_to_string("integrations/_chat_bar.html", told)


@register.simple_tag(takes_context=True)
def cliq_chat_choice(context: Context) -> str:
    """The way back for whoever has hidden the chat bar."""
    if not _has_chat_bar(context) or not _is_hidden(context):
        return ""
    return render_to_string("integrations/_chat_choice.html", _told(context))


@register.simple_tag(takes_context=True)
def cliq_discuss(context: Context, subject: Subject) -> str:
    """The chats in which something was discussed, and the way to begin; nothing without the bar."""
    if not _has_chat_bar(context) or _is_hidden(context):
        return ""
    membership = context["membership"]
    if isinstance(subject, Customer):
        kind, key = "customers", str(subject.pk)
    else:
        kind, key = f"{subject.KIND}s", subject.number
    told = {
        **_told(context),
        "discussions": seen_by(membership, subject),
        "address": reverse(
            "integrations:chat-discuss", args=[membership.organisation.slug, kind, key]
        ),
    }
    return render_to_string("integrations/_discuss.html", told)


@register.filter
def is_in_doubt(post: ChatPost) -> bool:
    """Whether nobody but its writer can tell any more if a message stands in Cliq."""
    return post.is_in_doubt_for_long(timezone.now())


@register.filter
def why_not_sent(post: ChatPost) -> str:
    """What kept a message of the chat bar from Cliq, and what to do."""
    error = error_named(post.error, post.retry_at, timezone.now())
    problem = problem_of(error or CliqUnavailable(""))
    return f"{problem.title} {problem.advice}"


@register.simple_tag(takes_context=True)
def cliq_is_connected(context: Context) -> bool:
    """Whether the organisation has connected Cliq."""
    return _connection(context) is not None


@register.simple_tag(takes_context=True)
def cliq_banner(context: Context) -> str:
    """What keeps messages from Cliq, for admins; nothing while all is well."""
    connection = _connection(context)
    if connection is None or not context["membership"].is_admin:
        return ""
    if connection.condition == Connection.Health.OK:
        return ""
    waiting = Delivery.objects.pending().filter(connection=connection).count()
    told = {**_told(context), "connection": connection, "waiting": waiting}
    return render_to_string("integrations/_banner.html", told)


def _has_chat_bar(context: Context) -> bool:
    connection = _connection(context)
    return connection is not None and connection.chat_bar_enabled


def _is_hidden(context: Context) -> bool:
    """Asked once a page, and kept with the membership."""
    membership = context["membership"]
    if not hasattr(membership, "has_hidden_chat_bar"):
        mine = {"user": membership.user, "organisation": membership.organisation}
        membership.has_hidden_chat_bar = HiddenBar.objects.filter(**mine).exists()
    is_hidden: bool = membership.has_hidden_chat_bar
    return is_hidden


def _told(context: Context) -> dict[str, Any]:
    return cast(dict[str, Any], context.flatten())


def _connection(context: Context) -> Connection | None:
    """The connection of the organisation whose page it is; asked once a page."""
    membership = context.get("membership")
    if not isinstance(membership, Membership):
        return None
    try:
        return membership.organisation.cliq_connection
    except ObjectDoesNotExist:
        return None
