"""What Telegram answers instead of a result, and what its apps do not allow."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refused call: `code` is the HTTP status too (Bot API: Making requests)."""

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters is not None:
            body["parameters"] = self.parameters
        return body


class Refused(Exception):
    """The app would not let this person do it; the text says why."""


def bad(text: str, parameters: dict[str, Any] | None = None) -> ApiError:
    """400 with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {text}", parameters)


def forbidden(text: str) -> ApiError:
    """403 with Telegram's prefix."""
    return ApiError(403, f"Forbidden: {text}")
