"""Spellings a person has matched to a label of a list, for all later imports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from sqlcipher3 import dbapi2 as sqlite

from collector.store import journal
from collector.store.types import KeptAlias

Door = Callable[[], AbstractContextManager[sqlite.Connection]]


class Aliases:
    """The remembered spellings of one workspace."""

    def __init__(self, reading: Door, writing: Door, operator: str) -> None:
        self._reading, self._writing = reading, writing
        self._operator = operator

    def all(self, pack: str) -> list[KeptAlias]:
        """Those of a pack (its id), by list and spelling."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT list, key, typed, label, at, operator FROM alias WHERE pack = ?"
                " ORDER BY list, key",
                (pack,),
            ).fetchall()
        return [KeptAlias(*row) for row in rows]

    def keep(self, pack: str, given: Sequence[tuple[str, str, str, str]]) -> None:
        """(list, key, as typed, label) of each; an earlier label of the same key gives way."""
        with self._writing() as connection:
            now = journal.now()
            connection.executemany(
                "INSERT INTO alias VALUES (?,?,?,?,?,?,?) ON CONFLICT (pack, list, key)"
                " DO UPDATE SET typed = excluded.typed, label = excluded.label,"
                " at = excluded.at, operator = excluded.operator",
                [
                    (pack, listed, key, typed, label, now, self._operator)
                    for listed, key, typed, label in given
                ],
            )
            journal.append(connection, "aliases.kept", self._operator, {"count": len(given)})

    def forget(self, pack: str, listed: str, key: str) -> bool:
        """Whether there was such a spelling."""
        with self._writing() as connection:
            cursor = connection.execute(
                "DELETE FROM alias WHERE pack = ? AND list = ? AND key = ?", (pack, listed, key)
            )
            gone: int = cursor.rowcount
            if gone:
                journal.append(connection, "alias.forgotten", self._operator, {"list": listed})
        return bool(gone)
