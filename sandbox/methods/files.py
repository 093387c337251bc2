"""getFile and profile photos."""

from __future__ import annotations

from typing import Any

from sandbox.errors import bad
from sandbox.methods.call import Call, method

Json = dict[str, Any]

DOWNLOAD_LIMIT = 20 << 20


@method("getFile")
def get_file(call: Call) -> Json:
    """Bot API: getFile. Files over 20 MiB can't be downloaded by bots."""
    file_id = call.params.text("file_id")
    if not file_id:
        raise bad("file_id not specified")
    file = call.world.files.find(file_id, call.bot.id)
    if file is None:
        raise bad("invalid file_id")
    if file.size > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
        "file_path": file.path,
    }


@method("getUserProfilePhotos")
def get_user_profile_photos(call: Call) -> Json:
    """Bot API: getUserProfilePhotos. Nobody in the sandbox has photos."""
    if call.params.integer("user_id") not in call.world.users:
        raise bad("user not found")
    return {"total_count": 0, "photos": []}
