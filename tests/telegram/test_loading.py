"""aiogram, loaded quickly: the same types as those that it builds by itself."""

import subprocess
import sys

import pytest

ALL = """
import hashlib, json, sys, warnings
from importlib import import_module
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
warnings.simplefilter("ignore")  # some defaults of aiogram's have no JSON
class Whole(GenerateJsonSchema):
    def handle_invalid_for_json_schema(self, schema, error_info):
        return {"beyond JSON": error_info}
if sys.argv[1] == "quickly":
    from bot.telegram import loading
    loading.load()
models, before = [], 0
for module in map(import_module, ("aiogram.types", "aiogram.methods")):
    for name in sorted(module.__all__):
        model = getattr(module, name)
        if isinstance(model, type) and issubclass(model, BaseModel):
            before += model.__pydantic_complete__
            model.model_rebuild()
            assert model.__pydantic_complete__, name
            models.append((model, "validation"))
_, schema = models_json_schema(models, schema_generator=Whole)
assert len(schema["$defs"]) >= len(models)
print(before, len(models), hashlib.sha256(json.dumps(schema, sort_keys=True).encode()).hexdigest())
"""
USE = """
from bot.telegram import loading
loading.load()
from aiogram.methods import SendMessage
from aiogram.methods.base import Response
from aiogram.types import Message, Update
raw = {"message_id": 7, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "Привіт",
       "entities": [{"type": "bold", "offset": 0, "length": 6}],
       "reply_to_message": {"message_id": 6, "date": 1, "chat": {"id": 1, "type": "private"}}}
print(Update.model_validate({"update_id": 1, "message": raw}).message.entities[0].type)
print(Response[Message].model_validate({"ok": True, "result": raw}).result.text)
print(SendMessage(chat_id=1, text="x", reply_to_message_id="3").reply_to_message_id)
"""


def run(program: str, *words: str) -> str:
    """What such a program prints, in a process that has not imported anything yet."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_type_is_what_aiogram_would_have_built() -> None:
    late, built, kept = run(ALL, "quickly").split()
    early, all_of_them, as_it_comes = run(ALL, "as it comes").split()
    assert (built, kept) == (all_of_them, as_it_comes)
    assert int(early) == int(built)
    assert int(late) < int(built) / 2


def test_what_is_first_used_is_built_by_itself() -> None:
    assert run(USE).split() == ["bold", "Привіт", "3"]


@pytest.mark.parametrize("command", ["check", "migrate"])
def test_commands_that_need_no_bot_import_no_aiogram(command: str) -> None:
    """They answer at once, also on a small machine."""
    program = (
        "import sys, bot.__main__ as main\n"
        "main._import_tables()\n"
        "assert 'models.database' in sys.modules and 'aiogram' not in sys.modules\n"
    )
    assert run(program, command) == ""
