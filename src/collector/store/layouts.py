"""What a person decided about the columns of a layout, for the next file of the same layout."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlcipher3 import dbapi2 as sqlite

from collector.store import journal
from collector.store.types import KeptLayout

Door = Callable[[], AbstractContextManager[sqlite.Connection]]
_COLUMNS = "id, fingerprint, name, decision, at, operator"


class Layouts:
    """The layouts of one workspace."""

    def __init__(self, reading: Door, writing: Door, operator: str) -> None:
        self._reading, self._writing = reading, writing
        self._operator = operator

    def all(self, pack: str) -> list[KeptLayout]:
        """Those of a pack (its id), the newest first."""
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM layout WHERE pack = ? ORDER BY at DESC, id DESC", (pack,)
            ).fetchall()
        return [KeptLayout(*row) for row in rows]

    def keep(self, pack: str, fingerprint: str, name: str, decision: str) -> None:
        """Remember a decision; an earlier one about the same layout is forgotten."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO layout (pack, fingerprint, name, decision, at, operator)"
                " VALUES (?,?,?,?,?,?) ON CONFLICT (pack, fingerprint) DO UPDATE SET"
                " name = excluded.name, decision = excluded.decision, at = excluded.at,"
                " operator = excluded.operator",
                (pack, fingerprint, name, decision, journal.now(), self._operator),
            )
            journal.append(
                connection, "layout.kept", self._operator, {"fingerprint": fingerprint[:16]}
            )

    def forget(self, id: int) -> bool:  # noqa: A002 - the word everyone uses for it
        """Whether there was one of that id."""
        with self._writing() as connection:
            gone: int = connection.execute("DELETE FROM layout WHERE id = ?", (id,)).rowcount
            if gone:
                journal.append(connection, "layout.forgotten", self._operator, {"layout": id})
        return bool(gone)
