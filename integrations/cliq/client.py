"""How do we speak to Cliq?"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from math import ceil
from typing import Any, TypeVar
from urllib.parse import quote

from .answers import raise_for_status
from .errors import CliqUnavailable, StoredIdGone
from .http import Answer, Request, send
from .records import (
    Channel,
    Chat,
    User,
    channels_in,
    chats_in,
    names_in,
    user_in,
    users_in,
)
from .regions import Region
from .rows import number_in, row_in
from .said import ChatMessage, message_id_in, messages_in

T = TypeVar("T")
Payload = Mapping[str, object]
PAGE = 100
# Thirty pages a minute is all that Cliq answers; a list that does not end must not go on for ever.
MOST_PAGES = 30
MOST_FILE_BYTES = 20_000_000


class CliqClient:
    """Cliq as one person sees it.

    Every method raises a CliqError when Cliq does not do as asked. Nothing is retried and nobody
    sleeps here: only the caller knows whether, and when, trying again is safe.
    """

    def __init__(self, region: Region, access_token: str) -> None:
        self.region = region
        self._access_token = access_token

    def channels(self) -> Iterator[Channel]:
        """Every channel the person is in and that is not archived, a page at a time.

        https://www.zoho.com/cliq/help/restapi/v2/#List_All_Channels
        """
        params: dict[str, str | int] = {"joined": "true", "status": "created", "limit": PAGE}
        seen = {""}
        for _page in range(MOST_PAGES):
            body = self._get("v2/channels", params)
            yield from channels_in(_list(body, "channels", "data"))
            token = body.get("next_token")
            if not body.get("has_more", True) or not isinstance(token, str) or token in seen:
                return
            seen.add(token)
            params["next_token"] = token

    def channel(self, channel_id: str) -> Channel:
        """One channel, archived or not, by its channel id.

        https://www.zoho.com/cliq/help/restapi/v2/#Retrieve_A_Channel
        """
        body = self._get(f"v2/channels/{_segment(channel_id)}")
        row = body.get("channel") or body.get("data") or body
        return _only(next(channels_in([row]), None))

    def post_to_channel(self, unique_name: str, payload: Payload) -> str | None:
        """Post to a channel as the person; the message's id where Cliq tells it.

        https://www.zoho.com/cliq/help/restapi/v2/#Post_Message_Channel
        """
        return self._post(f"v2/channelsbyname/{_segment(unique_name)}/message", payload)

    def post_to_chat(self, chat_id: str, payload: Payload) -> str | None:
        """Post to a chat, a channel's chat or a thread by its chat id, as the person.

        https://www.zoho.com/cliq/help/restapi/v2/#Post_Message_Chat
        """
        return self._post(f"v2/chats/{_segment(chat_id)}/message", payload)

    def post_to_buddy(self, email_or_zuid: str, payload: Payload) -> str | None:
        """Post to a colleague directly, as the person.

        https://www.zoho.com/cliq/help/restapi/v2/#Post_Message_User
        """
        return self._post(f"v2/buddies/{_segment(email_or_zuid)}/message", payload)

    def messages(
        self, chat_id: str, since: datetime, until: datetime | None = None, limit: int = PAGE
    ) -> list[ChatMessage]:
        """What stands in a chat, the oldest first; 15 calls a minute are allowed.

        https://www.zoho.com/cliq/help/restapi/v2/#Get_Messages
        """
        params: dict[str, str | int] = {
            "fromtime": int(since.timestamp() * 1000),
            "limit": min(limit, PAGE),
        }
        if until is not None:
            params["totime"] = ceil(until.timestamp() * 1000)
        body = self._get(f"v2/chats/{_segment(chat_id)}/messages", params, empty={"data": []})
        found = messages_in(_list(body, "data", "messages"))
        return sorted(found, key=lambda message: (message.sent_at, message.id))

    def chats(self, limit: int = PAGE) -> list[Chat]:
        """The person's direct and group chats, the newest first.

        https://www.zoho.com/cliq/help/restapi/v2/#Retrieve_all_direct_chats
        """
        body = self._get("v2/chats", {"limit": min(limit, PAGE)}, empty={"chats": []})
        return list(chats_in(_list(body, "chats", "data")))

    def unread(self, chat_id: str) -> int:
        """How much of a chat the person has not read; 60 calls a minute are allowed.

        https://www.zoho.com/cliq/help/restapi/v3/chats/
        """
        body = self._get(f"v3/chats/{_segment(chat_id)}")
        return number_in(row_in(body.get("data") or body), "unread_message_count")

    def names(self, chat_id: str) -> dict[str, str]:
        """ZUID → name of who is in a chat, whom its mentions may mean.

        https://www.zoho.com/cliq/help/restapi/v2/#Get_chat_members
        """
        body = self._get(f"v2/chats/{_segment(chat_id)}/members", empty={"members": []})
        return names_in(_list(body, "members", "data"))

    def mark_read(self, chat_id: str, message_id: str) -> None:
        """The person has read a chat up to that message.

        https://www.zoho.com/cliq/help/restapi/v3/chats/
        """
        told = {"operation": "mark_as_read", "last_message_id": message_id}
        # Said twice, it changes no more than said once.
        self._send("PUT", f"v3/chats/{_segment(chat_id)}", json=told, is_repeatable=True)

    def open_direct(self, zuid: str) -> Chat:
        """The person's direct chat with a colleague, opened if there was none.

        https://www.zoho.com/cliq/help/restapi/v3/chats/
        """
        told = {"chat_type": "direct_message", "user_id": zuid}
        answer = self._send("POST", "v3/chats", json=told, is_repeatable=True)
        body = row_in(answer.json())
        return _only(next(chats_in([body.get("data") or body]), None))

    def people(self, words: str, limit: int = 20) -> list[User]:
        """Colleagues whose name or address holds the words.

        https://www.zoho.com/cliq/help/restapi/v2/#List_all_users
        """
        params: dict[str, str | int] = {"search": words, "status": "active", "limit": limit}
        body = self._get("v2/users", params, empty={"data": []})
        return list(users_in(_list(body, "data", "users")))

    def file(self, file_id: str) -> Answer:
        """The bytes of a file and their type.

        https://www.zoho.com/cliq/help/restapi/v2/#Get_Files
        """
        url = f"{self.region.cliq_url}/api/v2/files/{_segment(file_id)}"
        request = Request(
            "GET", url, token=self._access_token, is_repeatable=True, max_bytes=MOST_FILE_BYTES
        )
        answer = send(request)
        if not 200 <= answer.status < 300:
            raise_for_status(answer, is_repeatable=True)
        return answer

    def user(self, zuid_or_email: str) -> User:
        """A person of the organisation, and with them Cliq's organisation.

        https://www.zoho.com/cliq/help/restapi/v2/#Retrieve_a_particular_user
        """
        body = self._get(f"v2/users/{_segment(zuid_or_email)}")
        return _only(user_in(body.get("data") or body.get("user") or body))

    def _send(
        self, method: str, path: str, json: Payload, *, is_repeatable: bool = False
    ) -> Answer:
        url = f"{self.region.cliq_url}/api/{path}"
        answer = send(Request(method, url, token=self._access_token, json=json))
        raise_for_status(answer, is_repeatable=is_repeatable)
        return answer

    def _get(
        self,
        path: str,
        params: Mapping[str, str | int] | None = None,
        empty: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        """The object that Cliq answers; `empty` is what an answer without a body means."""
        url = f"{self.region.cliq_url}/api/{path}"
        request = Request("GET", url, token=self._access_token, params=params, is_repeatable=True)
        answer = send(request)
        raise_for_status(answer, is_repeatable=True)
        body = answer.json() if answer.body.strip() else empty
        if not isinstance(body, Mapping):
            raise CliqUnavailable("the answer is not an object", http_status=answer.status)
        return body

    def _post(self, path: str, payload: Payload) -> str | None:
        # Without it, Cliq answers 204 and never tells the message's id.
        answer = self._send("POST", path, json={**payload, "sync_message": True})
        return message_id_in(answer.json())


def _segment(word: str) -> str:
    """An id as one piece of a path, whatever it holds."""
    if word in ("", ".", ".."):
        raise StoredIdGone("the id is empty")
    return quote(word, safe="")


def _list(body: Mapping[str, Any], *names: str) -> list[Any]:
    """The list under one of the names; an answer without it must not pass for an empty one."""
    for name in names:
        if isinstance(rows := body.get(name), list):
            return rows
    raise CliqUnavailable("the answer has no list")


def _only(found: T | None) -> T:
    if found is None:
        raise CliqUnavailable("the answer names nothing")
    return found
