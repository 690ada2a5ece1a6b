"""Two dates that must follow one another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from collector.codes import resident_id
from collector.model import Finding, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class OrderDates:
    """``order.dates`` at the later of two fields.

    ``earlier`` (an ID number gives its birthday), ``later``, ``years`` that must lie between
    them, ``strict``: the same day will not do.
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._earlier: str = rule.params["earlier"]
        self._later: str = rule.params["later"]
        self._years: int = rule.params.get("years", 0)
        self._strict: bool = rule.params.get("strict", False)

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        first = table.columns.get(self._earlier)
        second = table.columns.get(self._later)
        if first is None or second is None:
            return
        field_id = self._rule.fields[0]
        starts = self._starts(first, context.today)
        for index, (start, end) in enumerate(zip(starts, second, strict=True)):
            if not start or not _ISO.fullmatch(end):
                continue
            if end < start or (self._strict and end == start):
                yield at(
                    self._rule,
                    table,
                    index,
                    field_id,
                    "order.dates",
                    earlier=context.labels.get((table.kind, self._earlier), self._earlier),
                    later=context.labels.get((table.kind, self._later), self._later),
                    years=self._years,
                )

    def _starts(self, texts: Sequence[str], today: date) -> list[str]:
        """The first day the later date may be, "" where there is none to compare with."""
        days = _birthdays(texts, today) if self._earlier == "id_number" else texts
        if not self._years:
            return [day if _ISO.fullmatch(day) else "" for day in days]
        memo: dict[str, str] = {}
        for day in set(days):
            memo[day] = (
                f"{int(day[:4]) + self._years:04d}{day[4:]}" if _ISO.fullmatch(day) else ""
            )
        return [memo[day] for day in days]


def _birthdays(numbers: Sequence[str], today: date) -> list[str]:
    """The birthday in each right ID number as yyyy-MM-dd, "" elsewhere."""
    found = []
    for number in numbers:
        right = len(number) == 18 and resident_id.fault(number, today) is None
        found.append(f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if right else "")
    return found
