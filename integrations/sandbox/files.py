"""What was attached? A file of a chat, for who is in it."""

import hashlib
from typing import Any
from urllib.parse import quote

from .http import Answer
from .messages import add_message
from .refusals import gone, not_permitted
from .rooms import role_in
from .sandbox import Call, Sandbox


def get_file(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v2/files/{file_id}"""
    row = sandbox.store.row("SELECT * FROM files WHERE file_id = ?", call.path["file"])
    if row is None:
        raise gone()
    if role_in(sandbox, row["chat_id"], call.zuid) is None:
        raise not_permitted()
    disposition = f"attachment; filename*=UTF-8''{quote(row['name'])}"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return Answer(200, bytes(row["data"]), row["content_type"], headers)


def share_file(
    sandbox: Sandbox,
    chat_id: str,
    zuid: str,
    *,
    name: str,
    content_type: str,
    data: bytes,
    **said: Any,
) -> str:
    """Put a file into a chat, with an optional comment; the id of its message."""
    count = sandbox.store.value("SELECT COUNT(*) FROM files")
    file_id = hashlib.sha256(f"{chat_id} {count} {name}".encode()).hexdigest()
    sandbox.store.run(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?)", file_id, chat_id, name, content_type, data
    )
    about: dict[str, Any] = {"id": file_id, "name": name, "type": content_type}
    about["dimensions"] = {"height": 0, "width": 0, "size": len(data)}
    content = {"file": about, **said}
    return add_message(sandbox, chat_id, zuid, {}, kind="file", content=content, via="page")
