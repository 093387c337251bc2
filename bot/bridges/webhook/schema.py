"""docs/webhook.schema.json: what crosses a webhook, for who writes the other side."""

from typing import Any

from pydantic import TypeAdapter

from bot.bridges.webhook import events

VERSION = 1


def schema() -> dict[str, Any]:
    """JSON Schema of all that crosses, in both directions."""
    sides: dict[str, TypeAdapter[Any]] = {"incoming": events.INCOMING, "outgoing": events.OUTGOING}
    made = {
        name: side.json_schema(ref_template=f"#/$defs/{name}/$defs/{{model}}")
        for name, side in sides.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Topicdesk webhook, version {VERSION}",
        "$defs": made,
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in sides],
    }
