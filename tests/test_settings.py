"""The settings, and `.env.example` held against them."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import Settings, environment, load, unknown_names
from bot.obstacles import BadSetting

EXAMPLE = Path(__file__).parent.parent / ".env.example"
TOKEN = "123456:" + "A" * 35


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the developer's own, and no .env of theirs."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def example() -> dict[str, str]:
    """The lines for Topicdesk itself: those for docker compose come after them."""
    ours, _, _ = EXAMPLE.read_text().partition("--- Only for docker compose")
    return dict(re.findall(r"^#?([A-Z_]+)=(.*)$", ours, re.MULTILINE))


def test_the_example_lists_every_setting_and_nothing_else() -> None:
    assert sorted(example()) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_shows_the_true_defaults() -> None:
    settings = Settings()
    shown = {name: getattr(settings, name.lower()) for name in example()}
    assert example() == {name: "" if v is None else str(v) for name, v in shown.items()}


def test_the_example_is_read_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(re.sub(r"^#(?=[A-Z_]+=)", "", EXAMPLE.read_text(), flags=re.M))
    assert Settings() == Settings(_env_file=None)


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PORT=1111\nCOMPANY=Мрія\n")
    monkeypatch.setenv("PORT", "2222")
    assert (load().port, load().company) == (2222, "Мрія")


@pytest.mark.parametrize(
    ("given", "taken"),
    [("uk", "uk"), ("uk_UA:uk:en", "uk"), ("de_DE:ru", "ru"), ("fr_FR.UTF-8", "en")],
)
def test_language_survives_what_desktops_put_there(
    given: str, taken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", given)
    assert load().language == taken


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("PORT", "70000"),
        ("TIMEZONE", "Europe/Atlantis"),
        ("LANGUAGE", "fr"),
        ("PUBLIC_URL", "desk.example.com"),
        ("LOG_FORMAT", "xml"),
        ("OPERATOR_GROUP_ID", "@group"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as caught:
        load()
    sentence = str(caught.value)
    assert sentence.startswith(f"The setting {name} is wrong: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_number_is_asked_for_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    with pytest.raises(BadSetting, match=r"PORT is wrong: it should be a whole number\.$"):
        load()


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16"])
def test_a_file_in_another_encoding_is_one_sentence(tmp_path: Path, encoding: str) -> None:
    (tmp_path / ".env").write_text("COMPANY=Затишок\n", encoding=encoding)
    with pytest.raises(BadSetting, match="not UTF-8"):
        load()


def test_the_webhook_secret_is_derived_from_the_token_and_does_not_show_it() -> None:
    one = Settings(bot_token=TOKEN).webhook_secret
    other = Settings(bot_token=TOKEN.replace("A", "B")).webhook_secret
    assert one is not None
    assert other is not None
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", one.get_secret_value())
    assert one != other
    assert one == Settings(bot_token=TOKEN).webhook_secret


def test_secrets_do_not_show_in_a_printed_settings_object() -> None:
    settings = Settings(bot_token=TOKEN, database_url="postgresql://u:hush@h/d")
    assert TOKEN not in repr(settings)
    assert "hush" not in repr(settings)


@pytest.mark.parametrize("line", ['BOT_TOKEN = "{}"', "bot_token='{}'", "export BOT_TOKEN= {}  "])
def test_a_token_is_found_however_it_was_pasted(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(line.format(TOKEN) + "\n")
    found = load().bot_token
    assert found is not None
    assert found.get_secret_value() == TOKEN


def test_a_token_of_the_environment_in_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", f' "{TOKEN}" ')
    found = load().bot_token
    assert found is not None
    assert found.get_secret_value() == TOKEN
    monkeypatch.setenv("BOT_TOKEN", ' "" ')
    assert load().bot_token is None


def test_a_level_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    assert load().log_level == "warning"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEBHOOK_SECRET", "пароль"),
        ("WEBHOOK_SECRET", "two words"),
        ("WEBHOOK_SECRET", "x" * 257),
        ("PUBLIC_URL", "http://desk.example.com"),
        ("PUBLIC_URL", "http://"),
        ("PUBLIC_URL", "https://"),
        ("LINKS_URL", "desk.example.com"),
        ("LINKS_URL", "http://"),
        ("STATUS_ADDRESS", "9090"),
        ("STATUS_ADDRESS", "127.0.0.1:99999"),
        ("BOT_TOKEN", "123456"),
        ("BOT_TOKEN", "123456:short"),
        ("OPERATOR_GROUP_ID", "12"),
        ("OPERATOR_GROUP_ID", "0"),
        ("BOT_TOKEN", f"@shop_bot:{'A' * 35}"),
        ("BOT_TOKEN", f"123456:{'A' * 35} {'A' * 35}"),
        ("BOT_TOKEN", f"123456:{'Ж' * 35}"),
        ("DATABASE_URL", "mysql://somewhere/desk"),
        ("REDIS_URL", "https://example.com"),
    ],
)
def test_what_cannot_work_is_refused_by_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=f"The setting {name} is wrong: it should"):
        load()


@pytest.mark.parametrize(
    "value",
    [
        "123456:…",
        "123456:...",
        "<token>",
        "YOUR_BOT_TOKEN",
        "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11",
    ],
)
def test_what_stands_in_a_guide_is_no_token(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", value)
    with pytest.raises(BadSetting, match=r"BOT_TOKEN is wrong: it is still the example; put"):
        load()


def test_the_readme_s_placeholder_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for readme in EXAMPLE.parent.glob("README*.md"):
        (placeholder,) = re.findall(r"BOT_TOKEN=(.+)", readme.read_text())
        monkeypatch.setenv("BOT_TOKEN", placeholder)
        with pytest.raises(BadSetting, match="still the example"):
            load()


def test_a_wrong_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", f"123456:{'s3cret' * 6}!")
    with pytest.raises(BadSetting) as caught:
        load()
    assert "s3cret" not in str(caught.value)


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"BOT_TOKEN": "x", "PORT": "many", "TIMEZONE": "Mars", "WORKERS": "0"}
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as caught:
        load()
    lines = str(caught.value).splitlines()
    assert {line.split()[2] for line in lines} == set(wrong)
    assert all(line.startswith("The setting ") and line.endswith(".") for line in lines)


def test_a_bot_api_server_of_ones_own_calls_any_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081")
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:8080")
    assert load().public_url == "http://127.0.0.1:8080"


def test_unknown_names_are_told_with_what_may_be_meant(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "BOT_TOKN=1\nDISCO=1\nport=1\nPORTS=1\nPOSTGRES_PASSWORD=1\nCOMPOSE_FILE=x\n"
    )
    assert unknown_names() == [
        "The file .env sets BOT_TOKN, which means nothing to Topicdesk: is BOT_TOKEN meant?",
        "The file .env sets DISCO, which means nothing to Topicdesk.",
    ]
    (tmp_path / ".env").unlink()
    assert unknown_names() == []
    (tmp_path / ".env").write_text("КРАЇНА=1\n", encoding="cp1251")
    assert unknown_names() == [], "that the file is unreadable is told by `load`"


def test_another_process_loads_the_same_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of this one's own environment is left beside them, in whatever letters."""
    monkeypatch.setenv("public_url", "https://desk.example.com")
    monkeypatch.setenv("Company", "Інша")
    settings = Settings(
        bot_token=SecretStr(TOKEN),
        data_dir=Path("here"),
        database_url="postgresql://desk:p%40ss@db/desk",
        operator_group_id=-100,
        reply_mode="reply",
        private_topics="on",
        private_messages_per_second=0.5,
    ).model_copy(update={"public_url": None, "company": "Затишок"})
    told = environment(settings)
    for name in ("public_url", "Company"):
        monkeypatch.delenv(name)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    loaded = load()
    assert loaded.data_dir == tmp_path / "here"
    assert loaded.model_copy(update={"data_dir": settings.data_dir}) == settings
    assert Path(told["PYTHONPATH"].split(":")[0], "bot", "config.py").exists()


@pytest.mark.parametrize("line", ["BOT_TOKEN 123456:AAA", "BOT_TOKEN: 123456:AAA", "some words"])
def test_a_line_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(f"# a comment\nCOMPANY=Затишок\n\n{line}\nPORT=1\n")
    with pytest.raises(BadSetting, match=r"Line 4 of the file \.env is not of the form NAME=value"):
        load()
