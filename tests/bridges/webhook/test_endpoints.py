"""The setting WEBHOOKS, and what is documented of it and of what crosses."""

import json
import re
from pathlib import Path

import pytest

from bot.bridges import webhook
from bot.bridges.webhook import endpoints, events
from bot.bridges.webhook.schema import schema
from bot.config import Settings
from bot.obstacles import BadSetting
from tests.bridges.webhook.door import PATH_SECRET, Lends, bridge
from tests.bridges.webhook.site import KEY, SECRET, Json
from tests.files.memory import memory

DOCS = Path(__file__).parents[3] / "docs"


def reads(text: Json) -> Json:
    """An endpoint that says this of each call."""
    known = {"fields": {"id": "id", "from": "from"}, "values": {"n": "number"}, "text": text}
    return {"shop": {"path_secrets": [PATH_SECRET], "reads": known}}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"shop": {}}, "shop: it should have secrets, or path_secrets"),
        ({"shop": {"secrets": ["short"]}}, "shop.secrets.0: it should be whsec_"),
        ({"shop": {"secrets": ["whsec_" + "A" * 28]}}, "at least 24 bytes"),
        ({"shop": {"secrets": ["whsec_ü"]}}, "shop.secrets.0"),
        ({"shop": {"secrets": ["secret" + SECRET[6:]]}}, "shop.secrets.0"),
        ({"shop": {"secrets": [5]}}, "shop.secrets.0"),
        ({"shop": {"path_secrets": ["../"]}}, "shop.path_secrets.0"),
        ({"shop": {"secrets": [SECRET], "url": "shop.example"}}, "shop.url"),
        ({"shop": {"secrets": [SECRET], "url": "https://a:b@shop.example"}}, "shop.url"),
        ({"shop": {"path_secrets": [PATH_SECRET], "url": "https://shop.example"}}, "is signed"),
        ({"shop": {"secrets": [SECRET], "can": ["edit"]}}, "has no url"),
        ({"shop": {"secrets": [SECRET], "can": ["sing"]}}, "shop.can.0"),
        ({"shop": {"secrets": [SECRET], "ulr": "x"}}, "shop.ulr: nothing is called so here."),
        ({"shop": {"secrets": [SECRET], "networks": ["x"]}}, "shop.networks.0"),
        ({"shop": {"secrets": [SECRET], "files_from": ["shop:x"]}}, "shop.files_from.0"),
        ({"shop": {"secrets": [SECRET], "files_from": ["https://a"]}}, "shop.files_from.0"),
        ({"shop": {"secrets": [SECRET], "files_from": ["fd00::1]:80"]}}, "shop.files_from.0"),
        (
            {"shop": {"path_secrets": [PATH_SECRET], "reads": {}}},
            "shop.reads.fields: it is missing.",
        ),
        ({"Shop:": {"secrets": [SECRET]}}, "Shop:"),
        ({"shop": 5}, "shop"),
        ({"shop": {"preset": "acme"}}, "shop.preset: it should be one of binotel, ringostat"),
        (
            {"shop": {"path_secrets": [PATH_SECRET], "preset": "binotel", "reads": {"text": 5}}},
            "shop.reads.text",
        ),
        (reads({"fr": "Allô"}), "shop.reads: text: it should be in en or ru or uk, not fr"),
        (
            reads({"uk": ["{who}", "{n} {when}"]}),
            "shop.reads: text: values do not name when or who",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_path_and_never_shown(given: Json, why: str) -> None:
    with pytest.raises(BadSetting) as wrong:
        endpoints.load(json.dumps(given))
    assert why in str(wrong.value)
    assert "The setting WEBHOOKS is wrong: " in str(wrong.value)
    assert SECRET not in str(wrong.value)


def test_it_is_json_or_a_file_or_nothing(tmp_path: Path) -> None:
    said = json.dumps({"shop": {"secrets": [SECRET]}})
    (tmp_path / "hooks.json").write_text(said)
    for setting in (said, str(tmp_path / "hooks.json")):
        assert (
            webhook.built(Settings(_env_file=None, webhooks=setting), memory(), Lends()) is not None
        )
    assert webhook.built(Settings(_env_file=None), memory(), Lends()) is None
    (tmp_path / "list.json").write_text("[]")
    for wrong in ("{", *(str(tmp_path / name) for name in ("none.json", "list.json", ""))):
        with pytest.raises(BadSetting) as why:
            webhook.built(Settings(_env_file=None, webhooks=wrong), memory(), Lends())
        assert "WEBHOOKS" in str(why.value)
    shown = repr(bridge(path_secrets=[PATH_SECRET])._endpoints)
    assert not [each for each in (SECRET, PATH_SECRET, repr(KEY)) if each in shown]


def test_a_file_that_cannot_be_read_is_named_but_no_secret_is(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as why:
        endpoints.load(str(tmp_path / "hooks.json"))
    assert str(tmp_path / "hooks.json") in str(why.value)
    for given in (f"x{json.dumps({'shop': {'path_secrets': [PATH_SECRET]}})}", SECRET):
        with pytest.raises(BadSetting) as why:
            endpoints.load(given)
        assert given not in str(why.value)


def test_the_schema_is_that_of_the_code() -> None:
    assert json.loads((DOCS / "webhook.schema.json").read_text()) == schema()


def test_the_examples_of_the_docs_are_read() -> None:
    text = (DOCS / "webhook.md").read_text()
    found = [json.loads(each) for each in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    settings = [each for each in found if "type" not in each]
    incoming = [each for each in found if "from" in each.get("data", {})]
    theirs = [each for each in found if "to" in each.get("data", {})]
    for each in settings:
        assert endpoints.load(json.dumps(each))
    assert {events.read(json.dumps(each).encode()).type for each in incoming} == {
        *("message", "edited", "deleted", "reacted", "blocked", "returned")
    }
    assert {events.OUTGOING.validate_python(each).type for each in theirs} == {
        *("message", "edited", "deleted", "reacted")
    }
    assert len(found) == len(settings) + len(incoming) + len(theirs)
