"""Calls of who cannot sign or shape them: telephone exchanges, by their presets and others.

Binotel's payload has the fields of API CALL COMPLETED (developers.binotel.ua, «WebHooks»), as its
servers send it; Ringostat's has the names of its call log (ringostat.readme.io, calls/list), which
its webhooks offer as parameters (help.ringostat.com, «Webhooks. Incoming call event»).
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import asyncpg
import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis
from yarl import URL

from models.database import connected
from tests.bridges.webhook.door import PATH_SECRET, door, made, said
from tests.bridges.webhook.site import Json

RECORD = "https://my.binotel.ua/?module=cdrs&action=generateFile&fileName=4683310794.mp3"
BINOTEL = {
    "requestType": "apiCallCompleted",
    "attemptsCounter": "1",
    "callDetails[companyID]": "62770",
    "callDetails[generalCallID]": "4683310794",
    "callDetails[callID]": "4683310794",
    "callDetails[startTime]": "1702107076",
    "callDetails[callType]": "0",
    "callDetails[internalNumber]": "901",
    "callDetails[externalNumber]": "0671234567",
    "callDetails[waitsec]": "13",
    "callDetails[billsec]": "0",
    "callDetails[disposition]": "NOANSWER",
    "callDetails[customerData][name]": "",
    "callDetails[historyData][0][waitsec]": "13",
    "callDetails[linkToCallRecordInMyBusiness]": "",
    "language": "uk",
}
RINGOSTAT = {
    "uniqueid": "ua3-1700000000.1",
    "calldate": "2026-11-27 10:00:00",
    "call_type": "in",
    "caller": "380671234567",
    "dst": "380440000000",
    "disposition": "NO ANSWER",
    "waittime": 25,
    "billsec": 0,
    "recording": "",
}


@asynccontextmanager
async def exchange(redis: Redis, language: str = "uk", **how: Any) -> AsyncIterator[str]:
    """Where an exchange calls, its secret in the path."""
    given = {"shop": {"path_secrets": [PATH_SECRET]} | how}
    async with door(redis, made(given, language)) as url:
        yield f"{url}/{PATH_SECRET}"


@pytest.fixture
async def binotel(database_url: str, redis: Redis) -> AsyncIterator[str]:
    async with connected(database_url, connections=4), exchange(redis, preset="binotel") as url:
        yield url


async def rings(url: str, call: Json | bytes, kind: str = "form") -> tuple[int, str]:
    """Bring a call as an exchange does."""
    named = "x-www-form-urlencoded" if kind == "form" else kind
    headers = {"Content-Type": f"application/{named}"}
    body: str | bytes = call if isinstance(call, bytes) else urlencode(call)
    body = json.dumps(call) if kind == "json" else body
    async with ClientSession() as http, http.post(url, data=body, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_a_missed_call_of_binotel_is_a_message_once(
    binotel: str, witness: asyncpg.Connection
) -> None:
    for _twice in range(2):
        assert await rings(binotel, BINOTEL) == (200, '{"status":"success"}')
    assert await said(witness) == ["📞 Пропущений дзвінок\nНомер: 0671234567\nОчікування: 13 с"]
    assert await witness.fetchval("SELECT name FROM customer") == "0671234567"
    assert await witness.fetchval("SELECT external_id FROM address") == "shop:0671234567"


async def test_a_recording_and_a_known_name_are_told(
    binotel: str, witness: asyncpg.Connection
) -> None:
    told = {
        "callDetails[disposition]": "VM-SUCCESS",
        "callDetails[linkToCallRecordInMyBusiness]": RECORD,
        "callDetails[customerData][name]": "Анна\0 <b>",
    }
    assert (await rings(binotel, BINOTEL | told))[0] == 200
    assert (await said(witness))[0].splitlines()[-1] == f"Запис: {RECORD}"
    assert "Анна" in await witness.fetchval("SELECT name FROM customer")


@pytest.mark.parametrize(
    "other",
    [
        {"callDetails[disposition]": "ANSWER"},
        {"callDetails[callType]": "1"},  # we have called them
        {"requestType": "receivedTheCall"},
    ],
)
async def test_what_is_no_missed_call_is_answered_and_makes_nothing(
    binotel: str, witness: asyncpg.Connection, other: Json
) -> None:
    assert await rings(binotel, BINOTEL | other) == (200, '{"status":"success"}')
    assert await said(witness) == []


async def test_who_hides_their_number_is_somebody_else_each_time(
    binotel: str, witness: asyncpg.Connection
) -> None:
    for number in ("1", "2"):
        hidden = {"callDetails[externalNumber]": "", "callDetails[generalCallID]": number}
        assert (await rings(binotel, BINOTEL | hidden))[0] == 200
    assert await said(witness) == ["📞 Пропущений дзвінок\nОчікування: 13 с"] * 2
    assert await witness.fetchval("SELECT count(*) FROM customer") == 2


@pytest.mark.parametrize("secret", ["", "/another-secret-of-the-path", "/ü", f"/{PATH_SECRET}/x"])
async def test_without_the_secret_of_the_path_nobody_is_there(
    binotel: str, witness: asyncpg.Connection, secret: str
) -> None:
    url = binotel.removesuffix(f"/{PATH_SECRET}") + secret
    assert (await rings(url, BINOTEL))[0] == 404
    assert await said(witness) == []


@pytest.mark.parametrize(
    "call",
    [
        BINOTEL | {"callDetails[generalCallID]": "", "callDetails[callID]": ""},
        BINOTEL | {"callDetails[generalCallID]": "1\0"},
        BINOTEL | {"callDetails[generalCallID]": "1" * 999},
        BINOTEL | {"callDetails[externalNumber]": "0" * 201},
        b"&".join(b"a%d=1" % number for number in range(1001)),
        b"\xff=\xff",
    ],
)
async def test_a_call_of_which_nothing_can_be_made_is_refused(
    binotel: str, witness: asyncpg.Connection, call: Json | bytes
) -> None:
    assert (await rings(binotel, call))[0] == 400
    assert await said(witness) == []


@pytest.mark.parametrize("kind", ["json", "form", "query"])
async def test_a_missed_call_of_ringostat_however_it_is_sent(
    database_url: str, redis: Redis, witness: asyncpg.Connection, kind: str
) -> None:
    async with (
        connected(database_url, connections=4),
        exchange(redis, "en", preset="ringostat") as url,
    ):
        for call in (RINGOSTAT, RINGOSTAT | {"disposition": "ANSWERED", "uniqueid": "2"}):
            if kind == "query":
                asked = URL(f"{url}?{urlencode(call)}", encoded=True)
                async with ClientSession() as http, http.get(asked) as answer:
                    assert (answer.status, await answer.text()) == (200, '{"status":"ok"}')
            else:
                assert await rings(url, call, kind) == (200, '{"status":"ok"}')
    assert await said(witness) == ["📞 Missed call\nNumber: 380671234567\nWaited: 25 s"]


PBX: Json = {
    "body": "json",
    "fields": {"id": "call.id", "from": ["call.numbers.1", "call.numbers.0"]},
    "values": {"number": "call.numbers.0", "odd": "call.id.__class__", "nothing": "no.thing"},
    "text": {"en": ["Missed {number}", "{odd}", "{nothing}"]},
    "answer": {"status": 202, "json": "OK"},
}


async def test_another_exchange_is_a_matter_of_data(
    database_url: str, redis: Redis, witness: asyncpg.Connection
) -> None:
    call = {"call": {"id": 5, "numbers": ["{number} {odd}\n*"]}}
    async with connected(database_url, connections=4), exchange(redis, reads=PBX) as url:
        assert await rings(url, call, "json") == (202, '"OK"')
        for wrong in (b"{", b"[" * 5000, b"[]", b'{"call": {"id": [1], "numbers": [7]}}'):
            assert (await rings(url, wrong, "x"))[0] == 400
    assert await said(witness) == ["Missed {number} {odd} *"]


async def test_a_query_is_read_once(
    database_url: str, redis: Redis, witness: asyncpg.Connection
) -> None:
    """And is not what it says after another reading of it."""
    odd = "100%41 +&caller=7 ü"
    async with (
        connected(database_url, connections=4),
        exchange(redis, "en", preset="ringostat") as url,
        ClientSession() as http,
    ):
        asked = URL(f"{url}?{urlencode(RINGOSTAT | {'caller': odd})}", encoded=True)
        async with http.get(asked) as answer:
            assert answer.status == 200
    assert f"Number: {odd}" in (await said(witness))[0]


async def test_true_and_false_are_those_of_json(
    database_url: str, redis: Redis, witness: asyncpg.Connection
) -> None:
    reads = PBX | {"when": {"missed": ["true"]}, "values": {"again": "again"}}
    reads["text"] = {"en": "Again: {again}"}
    async with connected(database_url, connections=4), exchange(redis, reads=reads) as url:
        for number, missed in enumerate([True, False, None]):
            call = {"call": {"id": number}, "missed": missed, "again": False}
            assert (await rings(url, call, "json"))[0] == 202
    assert await said(witness) == ["Again: false"]


async def test_a_preset_is_changed_field_by_field(
    database_url: str, redis: Redis, witness: asyncpg.Connection
) -> None:
    own = {"text": {"uk": ["Дзвонили: {number}"]}, "fields": {"id": "callDetails.callID"}}
    async with (
        connected(database_url, connections=4),
        exchange(redis, preset="binotel", reads=own) as url,
    ):
        assert (await rings(url, BINOTEL))[0] == 200
    assert await said(witness) == ["Дзвонили: 0671234567"]
