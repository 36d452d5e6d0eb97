"""What would one see in Cliq? The pages that show channels and let one write in them."""

import hashlib
import json
from datetime import datetime
from sqlite3 import Row
from typing import Any
from urllib.parse import quote

from .consent import COOKIE
from .http import Answer, Request, redirect
from .markup import rendered
from .messages import add_message
from .pages import Pages
from .people import full_name, names
from .rooms import find, people_in
from .sandbox import Sandbox

SHOWN = 100
COLOURS = 6
EVERYBODY = {"all": "all", "available": "available", "participants": "participants"}


def home(sandbox: Sandbox, pages: Pages, request: Request) -> Answer:
    """GET /: the channel that was written in last."""
    rows = [row for row in _rooms(sandbox) if row["kind"] == "channel"]
    newest = max(rows, key=lambda row: row["last_seq"], default=None)
    return _conversation(sandbox, pages, request, newest)


def conversation(sandbox: Sandbox, pages: Pages, request: Request) -> Answer:
    """GET /channels/{unique_name} and /chats/{chat_id}: Cliq's own deep links."""
    room = find(sandbox, request.path.rpartition("/")[2])
    if room is None or room["status"] == "deleted":
        return pages.answer("error.html", request, status=404, error="")
    return _conversation(sandbox, pages, request, room)


def _conversation(sandbox: Sandbox, pages: Pages, request: Request, room: Row | None) -> Answer:
    messages = _messages(sandbox, request, room) if room else []
    people = people_in(sandbox, room["chat_id"]) if room else []
    answer = pages.answer(
        "watch.html",
        request,
        rooms=[_listed(sandbox, row) for row in _rooms(sandbox)],
        room=room,
        title=_title(sandbox, room) if room else "",
        messages=messages[-SHOWN:],
        earlier=messages[-SHOWN]["seq"] if len(messages) > SHOWN else None,
        people=people,
        writers=[person for person in people if person["offered"]],
        writer=request.cookie(COOKIE),
    )
    return _unless_known(request, answer)


def _unless_known(request: Request, answer: Answer) -> Answer:
    """304 when the browser has this very page: it asks every second or two."""
    tag = f'"{hashlib.blake2b(answer.body, digest_size=12).hexdigest()}"'
    answer.headers |= {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Answer(304, b"", answer.content_type, answer.headers)
    return answer


def _rooms(sandbox: Sandbox) -> list[Row]:
    return sandbox.store.rows(
        "SELECT * FROM rooms WHERE status IS NULL OR status <> 'deleted'"
        " ORDER BY status = 'archived', place"
    )


def _listed(sandbox: Sandbox, row: Row) -> dict[str, Any]:
    return {"row": row, "title": _title(sandbox, row), "url": url_of(row)}


def url_of(row: Row) -> str:
    if row["kind"] == "channel":
        return f"/channels/{quote(row['unique_name'])}"
    return f"/chats/{row['chat_id']}"


def _title(sandbox: Sandbox, row: Row) -> str:
    if row["kind"] == "channel":
        return str(row["title"])
    return " · ".join(full_name(person) for person in people_in(sandbox, row["chat_id"]))


def _messages(sandbox: Sandbox, request: Request, room: Row) -> list[dict[str, Any]]:
    """The newest messages, or those before the one that the address names; one more than shown."""
    before = request.query.get("before", "")
    rows = sandbox.store.rows(
        "SELECT * FROM said WHERE chat_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        *(room["chat_id"], int(before) if before.isdigit() else 2**62, SHOWN + 1),
    )
    known = {row["channel_id"]: row["unique_name"] for row in _rooms(sandbox)}
    known |= names(sandbox) | EVERYBODY
    quoted = {row["message_id"]: json.loads(row["content"]).get("text", "") for row in rows}
    return [_shown(row, known, quoted) for row in reversed(rows)]


def _shown(row: Row, known: dict[str, str], quoted: dict[str, str]) -> dict[str, Any]:
    """A message as its template needs it; every text rendered or escaped."""
    content, payload = json.loads(row["content"]), json.loads(row["payload"])
    bot = payload.get("bot", {})
    name = bot.get("name") or full_name(row)
    return {
        "seq": row["seq"],
        "id": row["message_id"],
        "type": row["type"],
        "at": datetime.fromtimestamp(row["time_ms"] / 1000).astimezone(),
        "name": name,
        "poster": full_name(row) if bot else "",
        "initials": "".join(word[0] for word in name.split()[:2]).upper(),
        "colour": sum(name.encode()) % COLOURS,
        "text": rendered(content["text"], known) if "text" in content else "",
        "comment": content.get("comment", ""),
        "file": content.get("file"),
        "reply": quoted.get(payload.get("reply_to", "").replace("%20", "_"), ""),
        "card": payload.get("card"),
        "slides": [_slide(slide, known) for slide in payload.get("slides", [])],
        "buttons": [_button(button) for button in payload.get("buttons", [])],
    }


def _slide(slide: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    kind, data = slide["type"], slide["data"]
    if kind == "table":
        rows = [[row.get(header, "") for header in data["headers"]] for row in data["rows"]]
        data = {"headers": data["headers"], "rows": rows}
    elif kind == "label":
        data = [next(iter(pair.items())) for pair in data]
    elif kind == "text":
        data = rendered(data, known)
    return {"type": kind, "title": slide.get("title", ""), "data": data}


def _button(button: dict[str, Any]) -> dict[str, Any]:
    """A button; only one that opens the web does anything here."""
    web = button["action"]["data"].get("web", "")
    return {
        "label": button["label"],
        "hint": button.get("hint", ""),
        "web": web if web.startswith(("https://", "http://")) else "",
        "negative": button.get("type") == "-",
    }


def write(sandbox: Sandbox, request: Request) -> Answer:
    """POST /channels/… or /chats/…: say something as one of the people in it."""
    told, room = request.form(), find(sandbox, request.path.rpartition("/")[2])
    if room is None:
        return Answer(404)
    writers = [person["zuid"] for person in people_in(sandbox, room["chat_id"])]
    text = told.get("text", "").replace("\r\n", "\n").strip()[:5000]
    answer = redirect(url_of(room))
    if text and told.get("account") in writers:
        add_message(sandbox, room["chat_id"], told["account"], {"text": text}, via="page")
        answer.headers["Set-Cookie"] = f"{COOKIE}={told['account']}; Path=/; SameSite=Lax; HttpOnly"
    return answer
