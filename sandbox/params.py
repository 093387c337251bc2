"""The parameters of one call, read as the real Bot API server reads them.

Numbers may arrive as strings, objects as JSON strings, and an empty string counts as absent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from sandbox.errors import bad

_TRUE = frozenset({"true", "yes", "1"})
_ATTACH = "attach://"
LARGEST = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came inside a multipart request."""

    filename: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Params:
    """Typed reading of one call's parameters; a wrong type raises `ApiError` 400."""

    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the parameter was given and is not an empty string."""
        value = self.values.get(name)
        return value is not None and value != ""

    def given(self, name: str) -> bool:
        """Whether the parameter was given at all, even as an empty string."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """The parameter as a string."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return str(value)
        return orjson.dumps(value).decode()

    def required(self, name: str) -> str:
        """A string that must not be empty."""
        value = self.text(name)
        if not value:
            raise bad(f'parameter "{name}" is required')
        return value

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; what cannot be read as one counts as 0, as Telegram has it."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return max(-LARGEST, min(int(value), LARGEST))
        except (TypeError, ValueError, OverflowError):
            return 0

    def number(self, name: str) -> float:
        """A required fraction, such as a latitude."""
        value = self.values.get(name)
        if value is None or value == "":
            raise bad(f"{name} is empty")
        try:
            return float(value)
        except (TypeError, ValueError):
            raise bad(f'wrong parameter "{name}" specified') from None

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean: true, yes or 1 in any case."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool):
            return value
        return str(value).strip().lower() in _TRUE

    def decoded(self, name: str, what: str | None = None) -> Any:
        """An object or array, given as it is or as a JSON string; None when absent."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str | bytes):
            return value
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad(f"can't parse {what or name} JSON object") from None

    def mapping(self, name: str, what: str | None = None) -> dict[str, Any] | None:
        """A JSON object."""
        value = self.decoded(name, what)
        if value is not None and not isinstance(value, dict):
            raise bad(f"can't parse {what or name}: expected an Object")
        return value

    def array(self, name: str, what: str | None = None) -> list[Any] | None:
        """A JSON array."""
        value = self.decoded(name, what)
        if value is not None and not isinstance(value, list):
            raise bad(f"can't parse {what or name}: expected an Array")
        return value

    def file(self, name: str) -> Upload | str | None:
        """A file parameter: an upload of that name, `attach://`, a file_id or an address."""
        if name in self.uploads:
            return self.uploads[name]
        return self.attached(self.text(name))

    def attached(self, value: str) -> Upload | str | None:
        """Resolve one InputFile value: `attach://name` becomes the upload of that name."""
        if not value:
            return None
        if not value.startswith(_ATTACH):
            return value
        return self.uploads.get(value[len(_ATTACH) :])

    def within(self, values: dict[str, Any]) -> Params:
        """The same reading for an object inside this call; uploads stay reachable."""
        return Params(values, self.uploads)
