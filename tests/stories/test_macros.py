"""Macros: prepared answers, written in the chat, sent by name, by buttons, or from the line."""

import asyncpg
import pytest

from models import Role
from sandbox.errors import Refused
from tests.stories.chat import Customer, Operator, Seen, Topic, buttons, marks, words
from tests.stories.conftest import Stage
from tests.stories.test_departments import connected
from tests.stories.test_roles import is_made

REPLIES_ONLY = """UPDATE department SET settings = '{"reply_mode": "reply"}'"""
USED = "SELECT name, used FROM macro ORDER BY id"
HELLO = "Добрий день, {customer.name|друже}! Звернення #{ticket.number}."
SEND = "📨 Надіслати клієнту"


@pytest.fixture
async def desk(stage: Stage) -> Stage:
    """The operators read Ukrainian."""
    await stage.opens(language="uk")
    return stage


async def opened(desk: Stage) -> tuple[Customer, Topic]:
    anna = desk.customer("Анна", "uk")
    anna.writes("Де мої гроші?")
    topic = await desk.topic("#1")
    await topic.shows("Де мої гроші?")
    return anna, topic


async def has(desk: Stage, said: str, who: Operator | None = None) -> None:
    """Olena, or somebody, writes a macro in General."""
    assert "Записано" in words(await (who or desk.olena).asks(desk.general, f"/macro {said}"))


async def taras_is_known(desk: Stage, topic: Topic, witness: asyncpg.Connection) -> None:
    """He has written something there."""
    desk.taras.writes(topic, "// я тут")
    await desk.settles(witness)


async def test_a_macro_is_written_and_sent_by_its_name(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await opened(desk)
    await has(desk, f"new refund {HELLO}")
    command = desk.taras.writes(topic, "/macro refund")
    got = await anna.shows("Добрий день, Анна! Звернення #1.")
    shown = await topic.shows("Добрий день, Анна! Звернення #1.")
    assert words(shown) == f"📋 Taras\n{words(got)}"
    await topic.turns(shown, lambda now: now["reactions"])  # 👌: it has arrived
    assert not topic.now(command).get("reactions")
    desk.olena.writes(topic, "// добре", reply_to=shown["message_id"])
    desk.taras.writes(topic, "/unsend", reply_to=shown["message_id"])
    await topic.shows("Видалено в клієнта")
    await desk.settles(witness)
    anna.lacks("Добрий день, Анна!")
    assert [tuple(row) for row in await witness.fetch(USED)] == [("refund", 1)]


async def test_formatting_is_kept_and_what_fills_it_is_never_read(desk: Stage) -> None:
    evil = desk.customer("{ticket.number}<b>_x_</b>", "uk")
    evil.writes("Привіт")
    topic = await desk.topic("#1")
    await topic.shows("Привіт")
    text = "/macro new hi Добрий день, {customer.name}, все буде добре!"
    bold = {"type": "bold", "offset": text.index("буде"), "length": 4}
    desk.olena.writes(topic, text, entities=[bold])
    await desk.olena.hears(topic, "Записано")
    desk.olena.writes(topic, "/macro hi")
    got = await evil.shows("Добрий день, {ticket.number}<b>_x_</b>, все буде добре!")
    place = words(got).index("буде")
    assert sorted(marks(got)) == [*range(place, place + 4)]


async def test_a_customer_without_a_name_is_called_otherwise(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await opened(desk)
    await has(desk, f"new hi {HELLO}")
    await has(desk, "new bare Добрий день, {customer.name}!")
    await witness.execute("UPDATE customer SET named_by_id = 0")
    desk.olena.writes(topic, "/macro hi")
    await anna.shows("Добрий день, друже!")
    command = desk.olena.writes(topic, "/macro bare")
    told = await topic.shows("«customer.name» тут невідомо, тож нічого не надіслано")
    assert told["reply_to_message"]["message_id"] == command["message_id"]


async def test_a_list_shows_each_before_it_is_sent(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await opened(desk)
    await has(desk, f"new refund {HELLO}")
    await has(desk, "mine hi Моє вітання", desk.taras)
    listed = await desk.taras.asks(topic, "/macro")
    assert words(listed).startswith(
        "👤 hi · Моє вітання\nrefund · Добрий день, {customer.name|друже}!"
    )
    assert buttons(listed) == ["hi", "refund"]
    assert buttons(await desk.olena.asks(topic, "/macro")) == ["refund"]
    await desk.taras.presses(listed, "refund")
    seen = await desk.taras.hears(topic, "📋 refund\n\nДобрий день, Анна! Звернення #1.")
    anna.lacks("Добрий день")
    assert (await desk.taras.presses(seen, SEND))["text"] == "Надсилаю."
    await anna.shows("Добрий день, Анна!")
    again = await desk.taras.presses(seen, SEND)
    assert again["text"] == "Це вже надіслано."
    await desk.settles(witness)
    await anna.shows("Добрий день, Анна!")


@pytest.mark.parametrize("macros", [0, 1, 11])
async def test_the_buttons_of_a_card_open_lists_and_leave_the_card_alone(
    desk: Stage, witness: asyncpg.Connection, macros: int
) -> None:
    _anna, topic = await opened(desk)
    for number in range(macros):
        await has(desk, f"new m{number:02} Вітаю")
    card = topic.card
    for label in ("📋 Шаблон", "🔄 Статус", "🔥 Пріоритет", "⋯ Ще"):
        before = len(desk.olena.alone(topic).answers())
        await desk.olena.presses(card, label)
        await desk.settles(witness)
        assert len(desk.olena.alone(topic).answers()) == before + 1, label
    assert words(topic.now(card)) == words(card)
    assert buttons(topic.now(card)) == buttons(card)
    listed = desk.olena.alone(topic).answers()[0]
    assert buttons(listed)[:10] == [f"m{number:02}" for number in range(macros)][:10]
    if macros == 11:
        await desk.olena.presses(listed, "›")
        turned = await desk.olena.alone(topic).changes(listed, "m10")
        assert buttons(turned) == ["m10", "‹", "2 / 2"]


async def test_words_find_one_whose_name_is_not_known(desk: Stage) -> None:
    anna, topic = await opened(desk)
    await has(desk, "new refund Гроші вже в дорозі.")
    desk.olena.writes(topic, "/macro в дорозі")
    listed = await topic.shows("Шаблону «в дорозі» немає, тож нічого не надіслано")
    assert buttons(listed) == ["refund"]
    desk.olena.writes(topic, "/macro зебра")
    await topic.shows("Шаблону «зебра» тут немає, тож нічого не надіслано")
    anna.lacks("дорозі")


async def test_it_is_offered_in_the_line_and_says_what_was_seen(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await opened(desk)
    await has(desk, f"new refund {HELLO}")
    await taras_is_known(desk, topic, witness)
    await has(desk, "new thanks Дякуємо за покупку! {operator.name}")
    offers = await desk.taras.asks_inline(topic, "дякуємо")
    assert offers.titles == ["thanks"]
    said = offers.chooses(0)
    assert words(await anna.shows("Дякуємо за покупку! Taras")) == words(said)
    await topic.turns(said, lambda now: now["reactions"])
    offers = await desk.taras.asks_inline(topic, "refund")
    chosen = offers.chooses(0)
    assert words(chosen).startswith("/macro refund ")
    await anna.shows("Добрий день, Анна! Звернення #1.")
    await topic.shows("📋 Taras\nДобрий день, Анна! Звернення #1.")
    rows = await witness.fetch(USED)
    assert [tuple(row) for row in rows] == [("refund", 1), ("thanks", 1)]


async def test_the_line_speaks_the_language_of_the_group(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    await stage.opens(language="en")
    _anna, topic = await stage.asks()
    stage.olena.writes(topic, "/language uk")
    await stage.settles(witness)
    await stage.olena.asks(topic, "/macro new refund en It is refunded")
    await stage.olena.asks(topic, "/macro edit refund uk Гроші повернуто")
    await stage.olena.asks(topic, "/macro set refund status=resolved")
    offers = await stage.olena.asks_inline(topic, "refund")
    (shown,) = stage.world.inline.answers[offers.query].results
    assert shown.shown["description"] == "Гроші повернуто · Потім: вирішено"


async def test_one_that_was_changed_since_it_was_offered_is_not_sent(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await opened(desk)
    await taras_is_known(desk, topic, witness)
    await has(desk, f"new refund {HELLO}")
    offers = await desk.taras.asks_inline(topic, "refund")
    assert "Збережено" in words(
        await desk.olena.asks(topic, "/macro edit refund Ні, {customer.name|друже}.")
    )
    offers.chooses(0)
    await topic.shows("«refund» змінили після того, як ви дивилися, тож нічого не надіслано")
    anna.lacks("Ні, Анна")


async def test_customers_and_other_places_get_nothing_from_the_line(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await opened(desk)
    await has(desk, "new refund Гроші вже в дорозі.")
    theirs = Operator(desk.sandbox, anna.person, desk.group)
    with pytest.raises(Refused):
        await theirs.asks_inline(topic, "refund")
    query = anna.person.asks_inline(desk.bot, "refund")
    await desk.settles(witness)
    assert desk.world.inline.answers[query].results == []
    await taras_is_known(desk, topic, witness)
    offers = await desk.taras.asks_inline(topic, "refund")
    desk.taras.person.chooses(desk.group, offers.query, 0)
    await desk.general.shows("Написане в General")
    await desk.settles(witness)
    anna.lacks("Гроші вже")


async def test_a_picture_and_buttons_come_with_it(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await opened(desk)
    written = "/macro new there Уже у вас?\n[Так, дякую]\n[Відстежити | https://shop.example/t]"
    desk.olena.sends(topic, "photo", caption=written)
    told = await desk.olena.hears(topic, "Записано")
    assert words(told).endswith("🔘 Так, дякую\n🔗 Відстежити: https://shop.example/t")
    desk.olena.writes(topic, "/macro there")
    got = await anna.shows("Уже у вас?")
    assert "photo" in got
    assert buttons(got) == ["Так, дякую", "Відстежити"]
    shown = await topic.shows("Уже у вас?", times=2)
    assert "photo" in shown
    assert words(shown).endswith("🔘 Так, дякую\n🔗 Відстежити: https://shop.example/t")
    answer = await anna.presses(got, "Так, дякую")
    assert answer["text"] == "Ваша відповідь: Так, дякую"
    said = (await topic.shows_after(shown))[0]
    assert words(said) == "Так, дякую"
    assert said["reply_to_message"]["message_id"] == shown["message_id"]
    answer = await anna.presses(got, "Так, дякую")
    assert answer["text"].startswith("Ви вже відповіли на це")
    await desk.settles(witness)
    await topic.shows_after(shown)


async def test_a_message_that_is_replied_to_becomes_one(desk: Stage) -> None:
    anna, topic = await opened(desk)
    said = desk.olena.sends(topic, "photo", caption="Ми тут")
    await anna.shows("Ми тут")
    desk.olena.writes(topic, "/macro new map", reply_to=said["message_id"])
    await desk.olena.hears(topic, "Записано")
    boris = desk.customer("Борис", "uk")
    boris.writes("А де ви?")
    desk.taras.writes(await desk.topic("#2"), "/macro map")
    assert "photo" in await boris.shows("Ми тут")


async def test_it_changes_status_tags_and_owner(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await opened(desk)
    await has(desk, "new done Готово!")
    set_ = "/macro set done status=resolved tag=refund priority=high owner=me"
    told = words(await desk.olena.asks(topic, set_))
    assert told == "Потім: вирішено, #refund, 🔼 високий, за тим, хто надіслав"
    desk.taras.writes(topic, "/macro done")
    await anna.shows_in_order("Готово!", "вирішено")
    await desk.settles(witness)
    row = await witness.fetchrow(
        "SELECT status, tags, priority, operator.name FROM ticket"
        " JOIN operator ON operator.id = assignee_id"
    )
    assert tuple(row) == ("resolved", '["refund"]', 3, "Taras")


async def test_notes_mode_keeps_it_inside(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await opened(desk)
    await has(desk, "new refund Гроші вже в дорозі.")
    desk.olena.writes(topic, "/notes")
    await topic.shows("Режим нотаток увімкнено")
    desk.olena.writes(topic, "/macro refund")
    assert words(await topic.shows("Гроші вже в дорозі.")).startswith("📝 Нотатка, Olena\n")
    await desk.settles(witness)
    anna.lacks("Гроші вже")


async def test_a_customer_s_name_makes_no_note_of_it(desk: Stage) -> None:
    evil = desk.customer("// note", "uk")
    evil.writes("Привіт")
    topic = await desk.topic("#1")
    await topic.shows("Привіт")
    await has(desk, "new refund {customer.name}, гроші вже в дорозі.")
    desk.olena.writes(topic, "/macro refund")
    await evil.shows("// note, гроші вже в дорозі.")
    await topic.shows("📋 Olena\n// note, гроші вже в дорозі.")


@pytest.mark.parametrize("whose", ["environment", "department"])
async def test_it_goes_where_only_replies_do(
    stage: Stage, witness: asyncpg.Connection, whose: str
) -> None:
    await stage.opens(reply_mode="reply" if whose == "environment" else "all")
    if whose == "department":
        await witness.execute(REPLIES_ONLY)
    anna, topic = await stage.asks()
    await stage.olena.asks(stage.general, "/macro new refund Your money is on its way.")
    await stage.olena.asks(stage.general, "/macro new thanks Thank you!")
    await stage.olena.presses(await stage.olena.asks(topic, "/macro"), "refund")
    seen = await stage.olena.hears(topic, "📋 refund")
    pressed = await stage.olena.presses(seen, "📨 Send to the customer")
    assert pressed["text"] == "Sending."
    await anna.shows("Your money is on its way.")
    stage.olena.writes(topic, "/macro refund")
    await anna.shows("Your money is on its way.", times=2)
    (await stage.olena.asks_inline(topic, "thanks")).chooses(0)
    await anna.shows("Thank you!")
    stage.olena.writes(topic, "He is odd")
    stage.olena.writes(topic, "/macro thanks")
    await anna.shows("Thank you!", times=2)
    anna.lacks("He is odd")
    assert await witness.fetchval("SELECT sum(used)::int FROM macro") == 4


async def test_an_observer_sends_none(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await opened(desk)
    await has(desk, "new refund Гроші вже в дорозі.")
    await taras_is_known(desk, topic, witness)
    await is_made(desk, witness, Role.OBSERVER)
    desk.taras.writes(topic, "/macro refund")
    await desk.taras.hears(topic, "Ви тут спостерігач")
    assert (await desk.taras.asks_inline(topic, "refund")).titles == []
    await desk.settles(witness)
    anna.lacks("Гроші вже")


async def test_what_is_removed_between_list_and_press_is_not_sent(desk: Stage) -> None:
    anna, topic = await opened(desk)
    await has(desk, "new refund Гроші вже в дорозі.")
    listed = await desk.taras.asks(topic, "/macro")
    await desk.taras.presses(listed, "refund")
    seen = await desk.taras.hears(topic, "📋 refund")
    await desk.olena.asks(topic, "/macro remove refund")
    for message, label in ((listed, "refund"), (seen, SEND)):
        answer = await desk.taras.presses(message, label)
        assert "нічого не надіслано" in answer["text"]
    anna.lacks("Гроші вже")


async def test_another_department_has_others(stage: Stage, witness: asyncpg.Connection) -> None:
    await stage.opens()
    sales = await connected(stage)
    anna, topic = await stage.asks()
    await sales.ivan.asks(sales.general, "/macro new offer Ten percent off!")
    stage.olena.writes(topic, "/macro offer")
    await topic.shows("There is no macro “offer” here, so nothing was sent")
    number = await witness.fetchval("SELECT id FROM macro")
    stage.olena.writes(topic, f"/macro offer {number}.1")
    await topic.shows("There is no macro “offer” here", times=2)
    assert (await stage.olena.asks_inline(topic, "offer")).titles == []
    await stage.settles(witness)
    anna.lacks("Ten percent")


def chosen(desk: Stage, anna: Customer, got: Seen) -> dict[str, str]:
    """The only button under a message of Anna's."""
    chat = desk.world.chat(desk.bot, anna.person.id)
    markup = chat.messages[got["message_id"]].markup
    assert markup is not None
    return dict(markup["inline_keyboard"][0][0])


async def test_a_forged_button_brings_nothing(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await opened(desk)
    await has(desk, "new ask Усе гаразд?\n[Так]")
    desk.olena.writes(topic, "/macro ask")
    got = await anna.shows("Усе гаразд?")
    boris = desk.customer("Борис", "uk")
    boris.writes("Привіт")
    await (await desk.topic("#2")).shows("Привіт")
    await boris.shows("отримано")
    key = chosen(desk, anna, got)
    for data in (key["callback_data"], "answer:2:0:00000000"):
        mine = boris.messages()[-1]
        chat = desk.world.chat(desk.bot, boris.person.id)
        chat.messages[mine["message_id"]].markup = {
            "inline_keyboard": [[{"text": "Так", "callback_data": data}]]
        }
        answer = await boris.presses(mine, "Так")
        assert answer["text"] == "Ця кнопка вже не працює."
    await desk.settles(witness)
    topic.lacks("Так\n")
    assert await witness.fetchval("SELECT count(*) FROM message WHERE direction = 'in'") == 2


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("/macro new", "Напишіть так: /macro refund"),
        ("/macro new hi", "Шаблону потрібні слова або файл"),
        ("/macro new edit Привіт", "«edit» не може бути назвою шаблону"),
        ("/macro new hi Вітаю, {client}!", "Змінної «{client}» немає, тож нічого не збережено"),
        ("/macro new hi // він дивний", "Це починається як нотатка"),
        ("/macro new hi Так?\n[Так | javascript:1]", "«Так | javascript:1» — не кнопка"),
        ("/macro edit zebra Привіт", "Немає шаблону «zebra»"),
        ("/macro set zebra status=lost", "Не знаю, що таке «lost»"),
    ],
)
async def test_what_is_written_wrongly_is_explained(desk: Stage, command: str, told: str) -> None:
    _anna, topic = await opened(desk)
    assert told in words(await desk.olena.asks(topic, command))


async def test_it_can_be_written_in_general_and_read_whole(desk: Stage) -> None:
    anna, _topic = await opened(desk)
    await has(desk, "new hi Добрий день!")
    await desk.olena.asks(desk.general, "/macro edit hi en Hello, {customer.name|friend}!")
    shown = words(await desk.olena.asks(desk.general, "/macro show hi"))
    assert "Hello, {customer.name|friend}!" in shown
    assert "/macro edit hi v2 uk" in shown
    assert "Його ще не використовували." in shown
    assert buttons(await desk.olena.asks(desk.general, "/macro")) == []
    desk.olena.writes(desk.general, "/macro hi")
    await desk.olena.hears(desk.general, "У цій темі немає звернення")
    anna.lacks("Добрий день!")


async def test_of_two_admins_the_second_is_told(desk: Stage, witness: asyncpg.Connection) -> None:
    _anna, topic = await opened(desk)
    await taras_is_known(desk, topic, witness)
    await is_made(desk, witness, Role.LEAD)
    await has(desk, "new hi Раз")
    told = words(await desk.taras.asks(topic, "/macro edit hi Два"))
    assert "Цей шаблон щойно змінено (Olena)" in told
    told = words(await desk.taras.asks(topic, "/macro edit hi v1 Два"))
    assert "Збережено" in told
    told = words(await desk.olena.asks(topic, "/macro edit hi v1 Три"))
    assert "«hi» відтоді змінили, тож ваші зміни не збережено" in told
