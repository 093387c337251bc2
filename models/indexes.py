"""Indexes that are built while the desk goes on, of this version and of the one before."""

from typing import Any

from tortoise.indexes import Index
from tortoise.migrations.operations import AddIndex
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State


class IndexOfWhatIs(Index):
    """An index of the rows in which its first field is not NULL: the others cost it nothing."""

    def __init__(self, *, fields: list[str] | tuple[str, ...], name: str) -> None:
        super().__init__(fields=fields, name=name)
        self.extra = f" WHERE {fields[0]} IS NOT NULL"


class IndexWhere(Index):
    """An index of those rows alone of which the condition is true; statements must name it so."""

    def __init__(self, *, fields: list[str] | tuple[str, ...], name: str, where: str) -> None:
        super().__init__(fields=fields, name=name)
        self.where = where
        self.extra = f" WHERE {where}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How a migration writes it down."""
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "where": self.where}


class AddIndexBeside(AddIndex):
    """AddIndex that keeps nobody from writing; for a migration with `atomic = False`.

    PostgreSQL: CREATE INDEX CONCURRENTLY. It waits for whoever writes, however long, as nobody
    waits for it. Broken off, it leaves an index that is of no use: it begins anew then.
    """

    async def database_forward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Build it, outside of any transaction."""
        if state_editor is None:
            return
        model = new_state.apps.get_model(f"{app_label}.{self.model_name}")
        name = state_editor._index_name_for_model(model, self.index)
        build = state_editor._get_index_sql(
            model, list(self.index.field_names), index_name=name, extra=self.index.extra
        )
        async with state_editor.client.acquire_connection() as session:
            await session.execute("SET lock_timeout = 0")
            await session.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
            await session.execute(build.replace("INDEX", "INDEX CONCURRENTLY", 1))
            await session.execute("RESET lock_timeout")
