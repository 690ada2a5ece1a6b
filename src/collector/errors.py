"""What is wrong with the world: raised, with a sentence, an advice and a place.

What is wrong with the data is a ``collector.model.Finding`` and is never raised.
Each class stands for one exit code of the command line.
"""

from __future__ import annotations

from collections.abc import Mapping

from collector.wording import Text


class CollectorError(Exception):
    """A failure a person can understand and act on.

    ``code`` is ``area.fault`` and stable once released. ``where`` holds places only
    (``file``, ``sheet``, ``row``, ``column``, ``field`` ...), never a person's data.
    """

    exit_code = 70

    def __init__(
        self,
        code: str,
        sentence: Text,
        advice: Text,
        where: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.advice = advice
        self.where: dict[str, str | int] = dict(where or {})

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence.zh}"


class GateRefused(CollectorError):
    """The data has faults that forbid what was asked."""

    exit_code = 1


class WrongUse(CollectorError):
    """An argument, verb or option that makes no sense."""

    exit_code = 2


class NotUnlocked(CollectorError):
    """Wrong passphrase, no such user, key device missing."""

    exit_code = 3


class InputRefused(CollectorError):
    """An input that cannot be read or trusted."""

    exit_code = 4


class SurroundingsFailed(CollectorError):
    """Disk full, read-only, busy, damaged, or made by a newer version."""

    exit_code = 5


class Cancelled(CollectorError):
    """The person asked to stop; nothing half-done is left."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__(
            "job.cancelled",
            Text("已取消，没有留下任何半成品。", "Cancelled; nothing half-done is left."),
            Text("需要时重新开始即可。", "Start again whenever you like."),
        )
