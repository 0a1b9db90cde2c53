"""files.*: uploading in two steps, so that a post can show a picture."""

from __future__ import annotations

from tests.standin import speaking
from tests.standin.api import Call, Method, Refused
from tests.standin.calls_chat import remember
from tests.standin.finding import find_channel
from tests.standin.world import Json, Message

KINDS = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "txt": "text/plain"}


def upload_url(call: Call) -> Json:
    """files.getUploadURLExternal"""
    name = call.must("filename")
    length = call.number("length", 0)
    if length < 1:
        raise Refused("invalid_arguments", "must be greater than 0: length")
    world = call.office.world
    ending = name.rpartition(".")[2]
    file: Json = {
        "id": world.make_id("F"),
        "created": int(world.now()),
        "name": name,
        "title": name,
        "mimetype": KINDS.get(ending, "application/octet-stream"),
        "filetype": ending,
        "user": call.office.app.bot.id,
        "size": length,
        "mode": "hosted",
        "is_public": False,
        "alt_txt": call.text("alt_txt"),
    }
    world.files[file["id"]] = {"file": file, "content": None}
    return {"upload_url": f"{call.office.address}/upload/{file['id']}", "file_id": file["id"]}


def complete(call: Call) -> Json:
    """files.completeUploadExternal; shared as a message where a channel is named."""
    wanted = call.structure("files")
    if not isinstance(wanted, list) or not wanted:
        raise Refused("invalid_arguments", "missing required field: files")
    files = []
    for one in wanted:
        kept = call.office.world.files.get(one.get("id", ""))
        if kept is None or kept["content"] is None:
            raise Refused("file_not_found")
        kept["file"]["title"] = one.get("title") or kept["file"]["name"]
        files.append(kept["file"])
    if call.text("channel_id"):
        _share(call, files)
    return {"files": files}


def _share(call: Call, files: list[Json]) -> None:
    channel = find_channel(call, "channel_id")
    bot = call.office.app.bot
    if bot not in channel.members:
        raise Refused("not_in_channel")
    message = Message(
        call.office.world.next_ts(),
        channel,
        bot,
        call.text("initial_comment"),
        call.text("thread_ts") or None,
        "file_share",
        files=files,
    )
    remember(call, message, call.method)
    speaking.put(call.office, message)


METHODS = {
    "files.getUploadURLExternal": Method(run=upload_url, tier=4, scopes=("files:write",)),
    "files.completeUploadExternal": Method(run=complete, tier=4, scopes=("files:write",)),
}
