"""Files: bytes kept as they came, and identifiers that work for one bot only."""

from __future__ import annotations

import base64
import hashlib
import struct
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

PEOPLE = 0  # the viewer for whom the page and the history are drawn
_KEY = struct.Struct(">QQ")
_FOLDERS = {
    "photo": ("AgAC", "photos", "jpg"),
    "live_photo": ("BwAC", "live_photos", "mp4"),
    "video": ("BAAC", "videos", "mp4"),
    "animation": ("CgAC", "animations", "mp4"),
    "document": ("BQAC", "documents", ""),
    "audio": ("CQAC", "music", "mp3"),
    "voice": ("AwAC", "voice", "oga"),
    "video_note": ("DQAC", "video_notes", "mp4"),
    "sticker": ("CAAC", "stickers", "webp"),
    "thumbnail": ("AAMC", "thumbnails", "jpg"),
}
_KINDS = {prefix: kind for kind, (prefix, _, _) in _FOLDERS.items()}


@dataclass(slots=True)
class File:
    """One stored file. `blob` names its bytes; a file declared by size alone has none.

    `content` is what a message that carries it looks like, for sending it again by its id.
    """

    key: int
    kind: str
    size: int
    blob: str
    name: str = ""
    mime: str = ""
    content: Json = field(default_factory=dict)

    @property
    def unique_id(self) -> str:
        """The same for every bot (Bot API: file_unique_id)."""
        return f"AQAD{self.key:08x}"

    @property
    def path(self) -> str:
        """Bot API: File.file_path."""
        _, folder, extension = _FOLDERS[self.kind]
        given = self.name.rpartition(".")[2] if "." in self.name else ""
        return f"{folder}/file_{self.key}.{given or extension or 'bin'}"


class Files:
    """Every file of the world. `blobs` maps a SHA-256 to bytes and is saved apart."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.known: dict[int, File] = {}

    def add(
        self, kind: str, data: bytes | None, *, size: int = 0, name: str = "", mime: str = ""
    ) -> File:
        """Keep bytes, or declare a file of `size` bytes without having them."""
        blob = ""
        if data is not None:
            blob = hashlib.sha256(data).hexdigest()
            self.blobs[blob] = data
            size = len(data)
        file = File(len(self.known) + 1, kind, size, blob, name, mime)
        self.known[file.key] = file
        return file

    def bytes_of(self, file: File) -> bytes:
        """What was uploaded, unchanged; zeros for a file that was only declared."""
        return self.blobs[file.blob] if file.blob else bytes(file.size)

    def id_for(self, file: File, viewer: int) -> str:
        """The file_id by which one bot (or `PEOPLE`) may name this file."""
        packed = _KEY.pack(file.key, viewer)
        tail = base64.urlsafe_b64encode(packed + _seal(packed)).decode().rstrip("=")
        return _FOLDERS[file.kind][0] + tail

    def find(self, file_id: str, viewer: int | None = None) -> File | None:
        """The file behind a file_id, or None if it is garbage or another's.

        `viewer=None` accepts anybody's id: for the page, not for bots.
        """
        if file_id[:4] not in _KINDS:
            return None
        tail = file_id[4:]
        try:
            raw = base64.urlsafe_b64decode(tail + "=" * (-len(tail) % 4))
        except ValueError:
            return None
        packed, seal = raw[: _KEY.size], raw[_KEY.size :]
        if len(packed) != _KEY.size or seal != _seal(packed):
            return None
        key, owner = _KEY.unpack(packed)
        return self.known.get(key) if viewer in (None, owner) else None

    def at(self, path: str) -> File | None:
        """The file behind a file_path, as `/file/bot<token>/<path>` asks for it."""
        stem = path.rpartition("file_")[2].partition(".")[0]
        file = self.known.get(int(stem)) if stem.isascii() and stem.isdigit() else None
        return file if file is not None and file.path == path else None

    def reveal(self, value: Any, viewer: int) -> Any:
        """Content with each `{"file": key}` completed by the ids valid for `viewer`."""
        if isinstance(value, list):
            return [self.reveal(item, viewer) for item in value]
        if not isinstance(value, dict):
            return value
        shown = {name: self.reveal(item, viewer) for name, item in value.items()}
        key = shown.pop("file", None)
        return shown if key is None else {**self._named(self.known[key], viewer), **shown}

    def _named(self, file: File, viewer: int) -> Json:
        return {
            "file_id": self.id_for(file, viewer),
            "file_unique_id": file.unique_id,
            "file_size": file.size,
        }

    def export(self) -> list[list[Any]]:
        """JSON-able list of what is known; the bytes are in `blobs`."""
        return [
            [f.key, f.kind, f.size, f.blob, f.name, f.mime, f.content] for f in self.known.values()
        ]

    def restore(self, state: list[list[Any]]) -> None:
        """Continue from what `export` gave; the caller fills `blobs` again."""
        self.known = {row[0]: File(*row) for row in state}


def _seal(packed: bytes) -> bytes:
    return hashlib.blake2b(packed, digest_size=5, key=b"sandbox").digest()


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG, GIF or JPEG, or (1280, 720) when it is neither."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    if data[:4] == b"GIF8" and len(data) >= 10:
        return struct.unpack("<HH", data[6:10])
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    return 1280, 720


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return 1280, 720
