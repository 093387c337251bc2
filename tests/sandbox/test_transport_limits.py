"""Flood limits: what is held back, what is refused, and who is left in peace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from sandbox.errors import ApiError
from sandbox.limits import Limits, Pace, Window, is_action

GROUP, OTHER_GROUP, PRIVATE = "-1001", "-1002", "77"
BOT = 1


class Clock:
    """Time that passes only when somebody waits: the loop's own timers move it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        until = clock.now + seconds
        await real(0)
        clock.now = max(clock.now, until)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return clock


@pytest.fixture
def limits(clock: Clock) -> Limits:
    return Limits("telegram", clock=clock)


async def act(limits: Limits, chat: str, method: str = "sendMessage", bot: int = BOT) -> None:
    async with limits.passage(bot, method, chat):
        pass


async def refusal(limits: Limits, chat: str, method: str = "sendMessage") -> int:
    with pytest.raises(ApiError) as refused:
        await act(limits, chat, method)
    assert refused.value.code == 429
    assert refused.value.parameters is not None
    wait = refused.value.parameters["retry_after"]
    assert refused.value.description == f"Too Many Requests: retry after {wait}"
    assert isinstance(wait, int)
    return wait


async def fill(limits: Limits, chat: str, methods: Iterable[str]) -> None:
    for method in methods:
        await act(limits, chat, method)


@pytest.mark.parametrize(
    "method",
    [
        *("sendMessage", "sendPhoto", "sendMediaGroup", "copyMessage", "copyMessages"),
        *("forwardMessage", "forwardMessages", "editMessageText", "editMessageReplyMarkup"),
        *("createForumTopic", "editForumTopic", "closeForumTopic", "reopenForumTopic"),
        *("closeGeneralForumTopic", "hideGeneralForumTopic", "pinChatMessage", "stopPoll"),
        "SENDMESSAGE",
    ],
)
def test_actions_spend_the_budget(method: str) -> None:
    assert is_action(method)


@pytest.mark.parametrize(
    "method",
    [
        *("deleteMessage", "deleteMessages", "setMessageReaction", "answerCallbackQuery"),
        *("getChat", "getMe", "getUpdates", "sendChatAction", "sendMessageDraft"),
        *("deleteForumTopic", "unpinChatMessage", "setMyCommands", "banChatMember"),
    ],
)
def test_the_rest_is_free(method: str) -> None:
    assert not is_action(method)


async def test_a_group_takes_twenty_actions_a_minute(limits: Limits, clock: Clock) -> None:
    kinds = ["sendMessage", "editMessageText", "createForumTopic", "pinChatMessage"] * 5
    await fill(limits, GROUP, kinds)
    assert clock.now == 1000.0
    assert await refusal(limits, GROUP) == 60
    await act(limits, GROUP, "deleteMessage")
    await act(limits, GROUP, "setMessageReaction")
    clock.now += 60
    await fill(limits, GROUP, ["sendMessage"] * 20)
    assert clock.now == 1060.0


async def test_a_request_in_the_wait_prolongs_it(limits: Limits, clock: Clock) -> None:
    await fill(limits, GROUP, ["sendMessage"] * 20)
    assert await refusal(limits, GROUP) == 60
    clock.now += 59
    assert await refusal(limits, GROUP) == 6
    assert await refusal(limits, GROUP) == 11
    clock.now += 11
    await act(limits, GROUP)


async def test_another_chats_wait_touches_nobody(limits: Limits, clock: Clock) -> None:
    await fill(limits, GROUP, ["sendMessage"] * 20)
    await refusal(limits, GROUP)
    await act(limits, OTHER_GROUP)
    await act(limits, PRIVATE)
    await act(limits, GROUP, bot=2)
    assert clock.now == 1000.0


async def test_a_short_wait_is_absorbed(limits: Limits, clock: Clock) -> None:
    await fill(limits, GROUP, ["sendMessage"] * 20)
    clock.now += 53
    await act(limits, GROUP)
    assert clock.now == 1060.0


async def test_held_calls_of_a_chat_keep_their_order(limits: Limits, clock: Clock) -> None:
    done: list[int] = []

    async def one(number: int) -> None:
        async with limits.passage(BOT, "sendMessage", PRIVATE):
            done.append(number)

    await asyncio.gather(*(one(number) for number in range(12)))
    assert done == list(range(12))
    assert clock.now == pytest.approx(1007.0)


async def test_a_private_chat_lets_a_burst_through_then_one_a_second(
    limits: Limits, clock: Clock
) -> None:
    await fill(limits, PRIVATE, ["sendMessage"] * 5)
    assert clock.now == 1000.0
    await act(limits, PRIVATE)
    assert clock.now == pytest.approx(1001.0)


async def test_thirty_a_second_over_all_chats(limits: Limits, clock: Clock) -> None:
    for chat in range(100, 130):
        await act(limits, str(chat))
    assert clock.now == 1000.0
    await act(limits, "500")
    assert clock.now == pytest.approx(1000 + 1 / 30)


async def test_a_storm_over_all_chats_closes_none_of_them(limits: Limits, clock: Clock) -> None:
    calls = [asyncio.create_task(act(limits, str(chat))) for chat in range(100, 400)]
    await asyncio.sleep(0)
    refused = [task for task in calls if task.done() and task.exception()]
    assert len(refused) == 30
    clock.now += 1
    await act(limits, "1")
    await asyncio.gather(*calls, return_exceptions=True)


async def test_one_chats_long_wait_does_not_spend_the_common_budget(
    limits: Limits, clock: Clock
) -> None:
    await fill(limits, GROUP, ["sendMessage"] * 20)
    clock.now += 53
    held = asyncio.create_task(act(limits, GROUP))
    await asyncio.sleep(0)
    before = clock.now
    await act(limits, PRIVATE)
    assert clock.now == before
    await held


async def test_chat_actions_have_a_limit_of_their_own(limits: Limits, clock: Clock) -> None:
    await fill(limits, GROUP, ["sendChatAction"] * 40)
    assert clock.now == 1005.0
    assert await refusal(limits, GROUP, "sendChatAction") == 25
    await act(limits, GROUP)


async def test_off_means_off(limits: Limits, clock: Clock) -> None:
    limits.set("off")
    await fill(limits, GROUP, ["sendMessage"] * 100)
    limits.webhook_set(BOT)
    limits.webhook_set(BOT)
    assert clock.now == 1000.0


def test_one_set_webhook_a_second(limits: Limits, clock: Clock) -> None:
    limits.webhook_set(BOT)
    with pytest.raises(ApiError, match="retry after 1"):
        limits.webhook_set(BOT)
    clock.now += 1
    limits.webhook_set(BOT)


def test_a_window_slides() -> None:
    window = Window(2, 10)
    window.take(0)
    window.take(4)
    assert window.slot(5) == 10
    window.take(10)
    assert window.slot(10) == 14


def test_a_pace_saves_up_its_burst() -> None:
    pace = Pace(1, 3)
    for _ in range(3):
        assert pace.slot(0) == 0
        pace.take(0)
    assert pace.slot(0) == 1
    assert pace.slot(10) == 10
