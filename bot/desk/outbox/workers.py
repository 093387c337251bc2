"""Workers: what the living ones know, by the names of their sessions."""

from bot.desk.outbox.claims import LIFE
from models.rows import fetch

NAME = "topicdesk, departments"  # of a worker's session; before there were departments: "topicdesk"
ELDERS = f"""
SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND classid = {LIFE} AND objsubid = 2
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND application_name = 'topicdesk'
LIMIT 1
"""  # noqa: S608


async def know_departments() -> bool:
    """Whether all do that live. One of a version before fails as soon as two groups are bound."""
    return not await fetch(ELDERS)
