"""Columns that a version has no use for any more, while the version before still asks for them."""

from tortoise.migrations.operations import RemoveField
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State


class LetGo(RemoveField):
    """RemoveField that leaves the column in the table; a later version's migration drops it.

    It needs a default that is right for rows of which the version before has heard nothing.
    """

    async def database_forward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """The table stays as it is."""

    async def database_backward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """The column is still there."""
