"""A team's day: who works here, who is on duty, who is given what, and who leaves."""

import asyncpg
import pytest

from tests.stories.chat import Operator, Topic, buttons, eventually, words
from tests.stories.conftest import RIGHTS, Stage
from tests.stories.test_departments import connected

OWNERS = """
SELECT operator.name FROM ticket LEFT JOIN operator ON operator.id = assignee_id ORDER BY ticket.id
"""


@pytest.fixture
async def shop(stage: Stage) -> Stage:
    """The desk in Ukrainian, where the bot may manage tags; Olena and Taras have been seen."""
    stage.olena.person.sets_bot_rights(stage.bot, stage.group, **RIGHTS, can_manage_tags=True)
    stage.bot.updates.clear()
    await stage.opens(language="uk")
    await stage.taras.asks(stage.general, "/help")
    return stage


def tag(stage: Stage, operator: Operator) -> str | None:
    """What stands by their name on what they write."""
    said = operator.writes(stage.general, "// я тут")
    return said.get("sender_tag")


async def is_tagged(stage: Stage, operator: Operator, text: str | None) -> None:
    await eventually(lambda: tag(stage, operator) == text, lambda: f"never tagged {text}")


async def owners(witness: asyncpg.Connection) -> list[str | None]:
    return [row["name"] for row in await witness.fetch(OWNERS)]


async def asks(stage: Stage, name: str, number: int) -> Topic:
    customer = stage.customer(name, "uk")
    customer.writes(f"Де моє замовлення? {name}")
    topic = await stage.topic(f"#{number} ")
    await topic.shows(f"Де моє замовлення? {name}")
    return topic


async def test_an_admin_sees_who_works_here_and_says_as_what(shop: Stage) -> None:
    olena, taras, general = shop.olena, shop.taras, shop.general
    told = words(await olena.asks(general, "/operators"))
    assert told.splitlines()[0] == "Тут працюють 2 людини"
    assert "Olena @olena · власник · 0 відкритих звернень" in told
    assert "Taras @taras · оператор · 0 відкритих звернень" in told
    for command, line in (
        ("lead", "старший оператор"),
        ("languages Українська, en", "мови: uk, en"),
        ("skills Повернення, чай", "уміє: повернення, чай"),
        ("capacity 10", "відкритих звернень: 0 з 10"),
        ("absent until 1.12 10:00", "🌴 немає до"),
    ):
        assert line in words(await olena.asks(general, f"/operators @taras {command}"))
    told = words(await olena.asks(general, "/operators taras absent no"))
    assert told.endswith(
        "старший оператор · мови: uk, en · уміє: повернення, чай · відкритих звернень: 0 з 10"
    )
    await taras.hears(general, "Пишіть")  # nothing of it but what he asked himself
    assert len(taras.alone(general).answers()) == 1
    general.lacks("працюють")
    told = words(await olena.asks(general, "/departments"))
    assert told.splitlines() == [
        *("Operators", "Група: Operators", "На зміні: нікого"),
        "0 відкритих звернень · вручну (хто візьме)",
    ]


async def test_a_role_is_given_by_a_button(shop: Stage) -> None:
    olena, general = shop.olena, shop.general
    asked = await olena.asks(general, "/operators Taras")
    assert buttons(asked) == ["старший оператор", "спостерігач"]
    assert (await olena.presses(asked, "спостерігач"))["text"] == "Готово."
    turned = await olena.alone(general).changes(asked, "спостерігач")
    assert buttons(turned) == ["старший оператор", "оператор"]
    topic = await asks(shop, "Анна", 1)
    shop.taras.writes(topic, "Вона скандальна")
    await topic.shows("ви спостерігач, тож клієнтам не пишете")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("@nobody lead", "Нікого з іменем «@nobody» у цій групі немає"),
        ("ta ra lead", "Нікого з іменем «ta ra»"),
        ("lead", "/operators @ім’я lead"),
        ("@taras lead now", "/operators @ім’я lead"),
        ("@taras skills", "/operators @ім’я lead"),
        ("@taras capacity багато", "«багато» — не кількість звернень"),
        ("@taras capacity 0", "«0» — не кількість звернень"),
        ("@taras capacity -5", "«-5» — не кількість звернень"),
        ("@taras capacity ²", "«²» — не кількість звернень"),
        ("@taras capacity 99999999", "«99999999» — не кількість звернень"),
        ("@taras languages uk, pl", "«pl» — не мова"),
        ("@taras absent until колись", "Не розумію «until колись»"),
        ("@taras absent until 1.12 і більше", "Не розумію «until 1.12 і більше»"),
    ],
)
async def test_what_cannot_be_done(shop: Stage, command: str, answer: str) -> None:
    assert answer in words(await shop.olena.asks(shop.general, f"/operators {command}"))


async def test_an_operator_may_not(shop: Stage) -> None:
    for command in ("operators", "operators @olena observer", "routing manual", "departments"):
        said = await shop.taras.asks(shop.general, f"/{command}")
        assert "лише адміністратори групи" in words(said)


async def test_of_two_of_one_name_without_a_username_the_number_tells(shop: Stage) -> None:
    for _each in range(2):
        person = shop.world.person("Olha", language="uk")
        person.joins(shop.group)
        await Operator(shop.sandbox, person, shop.group).asks(shop.general, "/help")
    olena, general = shop.olena, shop.general
    said = words(await olena.asks(general, "/operators Olha lead"))
    assert "Тут кілька людей з іменем «Olha»" in said
    lines = words(await olena.asks(general, "/operators")).splitlines()
    number = [line.split(".")[0] for line in lines if "Olha" in line][1]
    await olena.asks(general, f"/operators {number} lead")
    lines = words(await olena.asks(general, "/operators")).splitlines()
    assert ["старший" in line for line in lines if "Olha" in line] == [False, True]


async def test_a_large_team_is_turned_page_by_page(shop: Stage) -> None:
    for number in range(22):
        person = shop.world.person(f"Operator number {number}", language="uk")
        person.joins(shop.group)
        await Operator(shop.sandbox, person, shop.group).asks(shop.general, "/help")
    asked = await shop.olena.asks(shop.general, "/operators")
    assert "Тут працюють 24 людини" in words(asked)
    assert buttons(asked) == ["1 / 2", "›"]
    await shop.olena.presses(asked, "›")
    turned = await shop.olena.alone(shop.general).changes(asked, "Operator number 21")
    assert "Тут працюють" not in words(turned)
    assert buttons(turned) == ["‹", "2 / 2"]


async def test_on_duty_is_shown_as_a_tag(shop: Stage, witness: asyncpg.Connection) -> None:
    olena, taras, general = shop.olena, shop.taras, shop.general
    assert "Ви на зміні" in words(await taras.asks(general, "/onduty"))
    assert "вже на зміні" in words(await taras.asks(general, "/onduty"))
    await is_tagged(shop, taras, "на зміні")
    assert "🟢 на зміні" in words(await olena.asks(general, "/operators taras"))
    assert "зміну закінчено" in words(await taras.asks(general, "/offduty"))
    assert "Ви не на зміні" in words(await taras.asks(general, "/offduty"))
    await is_tagged(shop, taras, None)
    assert "Ви на зміні" in words(await olena.asks(general, "/onduty"))
    await shop.settles(witness)
    assert tag(shop, olena) is None, "admins have none"


async def test_tags_follow_the_language_of_the_group(shop: Stage) -> None:
    await shop.taras.asks(shop.general, "/onduty")
    await is_tagged(shop, shop.taras, "на зміні")
    shop.olena.writes(shop.general, "/language en")
    await is_tagged(shop, shop.taras, "on duty")


async def test_what_who_leaves_had_is_listed_with_links(shop: Stage) -> None:
    topic = await asks(shop, "Anna", 1)
    shop.taras.writes(topic, "/take")
    await topic.turns(topic.card, lambda now: "Taras" in words(now))
    shop.taras.person.leaves(shop.group)
    told = await shop.general.shows("#1 · Де моє замовлення? Anna")
    (link,) = [each for each in told["entities"] if each["type"] == "text_link"]
    assert link["url"] == f"https://t.me/c/{-shop.group - 10**12}/{topic.thread}"
    at = words(told).encode("utf-16-le")[2 * link["offset"] :][: 2 * link["length"]]
    assert at.decode("utf-16-le") == "#1"


async def test_a_tag_of_their_own_stays(shop: Stage, witness: asyncpg.Connection) -> None:
    shop.olena.person.tags(shop.taras.person, shop.group, "L2")
    await shop.taras.asks(shop.general, "/onduty")
    await shop.settles(witness)
    assert tag(shop, shop.taras) == "L2"


async def test_where_the_bot_may_not_there_is_no_tag_and_all_else(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    desk.olena.person.sets_bot_rights(desk.bot, desk.group, **RIGHTS, can_manage_tags=False)
    assert "You are on duty" in words(await desk.taras.asks(desk.general, "/onduty"))
    await desk.settles(witness)
    assert tag(desk, desk.taras) is None
    assert await witness.fetchval("SELECT count(*) FROM delivery WHERE state = 'dead'") == 0
    assert "on duty" in words(await desk.olena.asks(desk.general, "/operators taras"))


async def test_new_requests_are_given_out_in_turn(shop: Stage, witness: asyncpg.Connection) -> None:
    olena, taras, general = shop.olena, shop.taras, shop.general
    asked = await olena.asks(general, "/routing")
    assert "вручну" in words(asked)
    label = next(one for one in buttons(asked) if one.startswith("По черзі"))
    assert (await olena.presses(asked, label))["text"] == "Готово."
    await olena.alone(general).changes(asked, "по черзі")
    await asks(shop, "Анна", 1)
    await shop.settles(witness)
    assert await owners(witness) == [None], "nobody is on duty"
    await taras.asks(general, "/onduty")
    topic = await shop.topic("#1 ")
    mention = await topic.shows("👉 Taras, це звернення тепер ваше")
    (entity,) = [one for one in mention["entities"] if one["type"] == "text_mention"]
    assert entity["user"]["id"] == taras.person.id
    await olena.asks(general, "/onduty")
    for number, name in ((2, "Борис"), (3, "Віра")):
        topic = await asks(shop, name, number)
        await topic.shows("це звернення тепер ваше")
    assert await owners(witness) == ["Taras", "Olena", "Taras"]


async def test_a_skill_is_asked_for_and_a_free_place_is_filled(
    shop: Stage, witness: asyncpg.Connection
) -> None:
    olena, taras, general = shop.olena, shop.taras, shop.general
    await olena.asks(general, "/routing least loaded")
    told = words(await olena.asks(general, "/routing skill Повернення"))
    assert "лише ті, хто має вміння «повернення»" in told
    await olena.asks(general, "/operators taras skills повернення")
    await olena.asks(general, "/operators taras capacity 1")
    for one in (olena, taras):
        await one.asks(general, "/onduty")
    first = await asks(shop, "Анна", 1)
    await first.shows("👉 Taras, це звернення тепер ваше")
    second = await asks(shop, "Борис", 2)
    await shop.settles(witness)
    assert await owners(witness) == ["Taras", None]
    taras.writes(first, "/resolve")
    await second.shows("👉 Taras, це звернення тепер ваше")


async def test_a_wrong_way_is_explained(shop: Stage) -> None:
    for wrong in ("randomly", "skill"):
        told = words(await shop.olena.asks(shop.general, f"/routing {wrong}"))
        assert "/routing manual, round robin або least loaded" in told


async def test_leads_are_told_what_one_who_left_had(
    shop: Stage, witness: asyncpg.Connection
) -> None:
    await shop.olena.asks(shop.general, "/routing round robin")
    await shop.taras.asks(shop.general, "/onduty")
    for number, name in ((1, "Анна"), (2, "Борис")):
        topic = await asks(shop, name, number)
        await topic.shows("👉 Taras")
    shop.taras.person.leaves(shop.group)
    told = await shop.general.shows("Taras більше не в цій групі. 2 відкриті звернення")
    assert words(told).splitlines()[1:] == [
        "#1 · Де моє замовлення? Анна",
        "#2 · Де моє замовлення? Борис",
        "Olena",
    ]
    assert [one["type"] for one in told["entities"]] == ["text_link", "text_link", "text_mention"]
    assert await owners(witness) == [None, None]


async def test_an_admin_sees_all_departments_and_moves_a_request_by_either_name(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    await stage.opens()
    sales = await connected(stage)
    anna, topic = await stage.asks()
    await stage.olena.asks(stage.general, "/onduty")
    told = words(await stage.olena.asks(stage.general, "/departments"))
    first, second = told.split("\n\n")
    assert first.splitlines()[:3] == ["Operators", "Group: Operators", "On duty: Olena"]
    assert first.splitlines()[3].startswith("1 open request · ")
    assert second.splitlines()[0] == "Shop"
    assert second.splitlines()[3].startswith("0 open requests · ")
    stage.olena.writes(topic, "/transfer shop")
    there = await sales.topic("#1")
    await there.shows("Where is my order?")
    await topic.becomes(closed=True)
    sales.ivan.writes(there, "It leaves today")
    await anna.shows("It leaves today")
    anna.lacks("Shop")
