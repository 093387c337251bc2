"""Reading requests: four ways to give the same parameters, and files unchanged."""

from __future__ import annotations

import os

import aiohttp
import pytest
from aiohttp import MultipartWriter

from sandbox import forms
from sandbox.errors import ApiError

URLENCODED = "application/x-www-form-urlencoded"


class Sink:
    def __init__(self) -> None:
        self.body = b""

    async def write(self, data: bytes) -> None:
        self.body += data


async def written(form: aiohttp.FormData) -> tuple[str, bytes]:
    payload = form()
    assert isinstance(payload, MultipartWriter)
    sink = Sink()
    await payload.write(sink)  # type: ignore[arg-type]
    return payload.content_type, sink.body


@pytest.mark.parametrize(
    ("kind", "body", "query"),
    [
        (URLENCODED, b"chat_id=5&text=%D1%8F+%26+%D1%82%D0%B8&empty=", ""),
        (
            "application/json; charset=utf-8",
            '{"chat_id":"5","text":"я & ти","empty":""}'.encode(),
            "",
        ),
        ("", b"", "chat_id=5&text=%D1%8F%20%26+%D1%82%D0%B8&empty="),
        (URLENCODED, b"chat_id=5&empty=", "chat_id=7&text=%D1%8F+%26+%D1%82%D0%B8"),
    ],
)
def test_all_ways_say_the_same(kind: str, body: bytes, query: str) -> None:
    assert forms.read(kind, body, query).values == {"chat_id": "5", "text": "я & ти", "empty": ""}


async def test_multipart_keeps_texts_names_and_bytes() -> None:
    data = os.urandom(70_000) + b"\r\n--\r\n\r\n--boundary\r\n"
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("caption", "рядок\r\nінший")
    form.add_field("document", data, filename='звіт "1".pdf', content_type="application/pdf")
    params = forms.read(*await written(form))
    assert params.values == {"caption": "рядок\r\nінший"}
    upload = params.uploads["document"]
    assert (upload.filename, upload.content_type) == ('звіт "1".pdf', "application/pdf")
    assert upload.data == data


def test_the_extended_file_name_wins() -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="x"; '
        b"filename*=utf-8''%D1%8F.txt\r\n\r\nbytes\r\n--b--\r\n"
    )
    params = forms.read("multipart/form-data; boundary=b", body)
    assert params.uploads["f"].filename == "я.txt"
    assert params.uploads["f"].data == b"bytes"


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("application/json", b"{", "can't parse JSON object"),
        ("application/json", b"[1]", "can't parse parameters: expected an Object"),
        ("multipart/form-data", b"x", "boundary of multipart/form-data not found"),
        ("multipart/form-data; boundary=b", b"--b\r\n", "unexpected end of multipart/form-data"),
        (URLENCODED, b"text=%ff", "strings must be encoded in UTF-8"),
        (URLENCODED, b"text=\xff", "strings must be encoded in UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused(kind: str, body: bytes, error: str) -> None:
    with pytest.raises(ApiError) as refused:
        forms.read(kind, body)
    assert (refused.value.code, refused.value.description) == (400, f"Bad Request: {error}")
