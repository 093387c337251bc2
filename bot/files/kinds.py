"""What bytes look like: the type of a file is read from its beginning, not believed."""

import codecs

import filetype

HEAD = 8192  # bytes; documents of office programs are told apart by what stands far inside
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
CONTROL = {*range(32)} - {*b"\t\n\r\f\x1b"}  # what no text has


def mime_of(head: bytes) -> str:
    """The type of a file that begins so; text in UTF-8 is text, whatever a program makes of it."""
    found = filetype.guess_mime(head)
    if found:
        return str(found)
    return TEXT if head and _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    """What is cut off within its last letter is text all the same."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not set(head) & CONTROL


KINDS = {
    "image/jpeg": "photo",
    "image/png": "photo",
    "image/gif": "animation",
    "video/mp4": "video",
    "audio/mpeg": "audio",
    "audio/mp4": "audio",
    "audio/x-m4a": "audio",
}


def kind_of(mime: str) -> str:
    """How people are shown a file of this type, by Telegram's name of it."""
    return KINDS.get(mime, "document")
