"""What admins choose about Cliq."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.events import EventKind

from .chat.content import Room
from .cliq.messages import TEXT_LIMIT
from .cliq.records import Channel
from .log import State
from .models import Connection


def postable(channels: Iterable[Channel]) -> list[Channel]:
    """The channels to offer: joined, not archived, and open to the person's posts; by name."""
    offered = [
        channel
        for channel in channels
        if channel.joined and channel.status == "created" and channel.may_post
    ]
    return sorted(offered, key=lambda channel: channel.name.lstrip("#").casefold())


class ChannelForm(forms.ModelForm):
    """The channel that is notified, one of those the person who granted can post to."""

    channel_id = forms.ChoiceField(
        label=_("Channel"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the channel to notify."),
            "invalid_choice": _("This channel is no longer available. Choose another."),
        },
    )

    class Meta:
        model = Connection
        fields = ["channel_id"]

    def __init__(self, *args: Any, channels: Sequence[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channels = channels
        field = cast(forms.ChoiceField, self.fields["channel_id"])
        field.choices = [(channel.channel_id, channel.name) for channel in channels]

    def clean_channel_id(self) -> str:
        """Take the channel's other names along: each kind of call needs its own."""
        channel_id: str = self.cleaned_data["channel_id"] or self.instance.channel_id
        for channel in self.channels:
            if channel.channel_id == channel_id:
                self.instance.chat_id = channel.chat_id
                self.instance.channel = channel.unique_name
                self.instance.channel_name = channel.name
                self.instance.channel_members = channel.member_count
        return channel_id


class ConnectForm(ChannelForm):
    """The form of the help page: two switches and the channel."""

    class Meta(ChannelForm.Meta):
        fields = ["chat_bar_enabled", "notifications_enabled", "channel_id"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel_id"].required = False

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if not (told.get("chat_bar_enabled") or told.get("notifications_enabled")):
            raise forms.ValidationError(_("Enable at least one of the two."))
        if told.get("notifications_enabled") and not self.data.get("channel_id"):
            self.add_error("channel_id", _("Choose the channel to notify."))
        return told


HOURS = (1, 3, 6, 12, 24, 72, 168)


def hours_to_choose() -> list[tuple[int, str]]:
    """How seldom a repeated view is posted, in the reader's language."""
    return [
        (
            hours,
            ngettext("Once in %(count)d hour", "Once in %(count)d hours", hours) % {"count": hours},
        )
        for hours in HOURS
    ]


class KindsForm(forms.ModelForm):
    """Which of the seven events are posted, and how often repeated views are."""

    kinds = forms.MultipleChoiceField(
        label=_("Events"),
        choices=EventKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    view_hours = forms.TypedChoiceField(
        choices=hours_to_choose, coerce=int, empty_value=None, required=False
    )

    class Meta:
        model = Connection
        fields = ["views", "view_hours"]
        widgets = {"views": forms.RadioSelect}

    def clean_view_hours(self) -> int:
        """As it was, where the page does not ask."""
        hours: int = self.cleaned_data["view_hours"] or self.instance.view_hours
        return hours

    def clean(self) -> dict[str, Any]:
        """Take along what is not posted: the connection keeps that, not what is."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        kinds = told.get("kinds", EventKind.values)
        self.instance.muted_kinds = [kind for kind in EventKind.values if kind not in kinds]
        return told

    def save(self, commit: bool = True) -> Connection:
        self.instance.save(update_fields=["muted_kinds", "views", "view_hours"])
        return cast(Connection, self.instance)


class LogForm(forms.Form):
    """What the delivery log is narrowed to; an impossible wish is none."""

    q = forms.CharField(
        required=False,
        max_length=100,
        widget=forms.SearchInput(
            attrs={"aria-label": _("Search"), "placeholder": _("Number or customer")}
        ),
    )
    state = forms.ChoiceField(
        choices=[("", _("All states")), *State.choices],
        required=False,
        widget=forms.Select(attrs={"aria-label": _("State")}),
    )
    kind = forms.ChoiceField(
        choices=[("", _("All kinds")), *EventKind.choices],
        required=False,
        widget=forms.Select(attrs={"aria-label": _("Kind")}),
    )

    def wishes(self) -> dict[str, str]:
        """The fields that say something possible."""
        self.is_valid()
        return {
            "state": self.cleaned_data.get("state", ""),
            "kind": self.cleaned_data.get("kind", ""),
            "words": self.cleaned_data.get("q", ""),
        }


class MessageField(forms.CharField):
    """Text as Cliq counts it: a line break is one character, not the browser's two."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class MessageForm(forms.Form):
    """What somebody says in the chat bar, under the id that their browser gave it."""

    client_id = forms.UUIDField()
    text = MessageField(
        label=_("Message"),
        max_length=TEXT_LIMIT,
        error_messages={
            "required": _("Write something first."),
            "max_length": _(
                "Cliq takes %(limit_value)d characters at most; this has %(show_value)d."
            ),
        },
    )


class DiscussForm(forms.Form):
    """Into which chat a card goes, and what is said with it."""

    client_id = forms.UUIDField()
    chat_id = forms.CharField(error_messages={"required": _("Choose a chat.")})
    text = MessageField(label=_("Message"), max_length=1000, required=False)

    def __init__(self, *args: Any, rooms: Sequence[Room], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rooms = rooms

    def clean_chat_id(self) -> str:
        """One of those that the person may write in."""
        chat_id: str = self.cleaned_data["chat_id"]
        if not any(room.chat_id == chat_id for room in self.rooms):
            raise forms.ValidationError(_("Choose a chat."))
        return chat_id

    def room(self) -> Room:
        return next(room for room in self.rooms if room.chat_id == self.cleaned_data["chat_id"])
