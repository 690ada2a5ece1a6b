"""What the parked rows can be narrowed by, with live counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from collector.gui.models.parked import FixRow
from collector.gui.wording import RULE_WORDS
from collector.model import Severity
from collector.packs import Pack
from collector.services import checking
from collector.services.checking import Explanation


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet."""

    facet: str
    value: str
    label: str
    count: int


def of_row(row: FixRow, facet: str) -> set[str]:
    """The values a row has in a facet."""
    errors = [
        item for found in row.faults.values() for item in found if item.severity is Severity.ERROR
    ]
    if facet == "rule":
        return {item.code for item in errors}
    if facet == "column":
        return {item.field for item in errors if item.field}
    if facet == "unit":
        return {row.organisation}
    return {row.held.file_name}


FACETS = (("rule", "按问题"), ("column", "按项目"), ("unit", "按单位"), ("file", "按文件"))


def choices(rows: Sequence[FixRow], facet: str, pack: Pack) -> list[Choice]:
    """The values of a facet among these rows, the commonest first."""
    counted = Counter(value for row in rows for value in of_row(row, facet))
    say = _labels(rows, facet, pack)
    return [
        Choice(facet, value, say(value), count)
        for value, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]


def all_choices(rows: Sequence[FixRow], pack: Pack) -> dict[str, list[Choice]]:
    """Facet -> its values; goes through all rows, so not in the window's thread."""
    return {facet: choices(rows, facet, pack) for facet, _ in FACETS}


def narrowed(rows: Iterable[FixRow], chosen: Choice | None) -> list[FixRow]:
    if chosen is None:
        return list(rows)
    return [row for row in rows if chosen.value in of_row(row, chosen.facet)]


def _short(said: Explanation) -> str:
    """The sentence without the field it names: several fields share one code."""
    return said.sentence.zh.replace(f"“{said.label}”", "").lstrip("的").rstrip("。")


def _labels(rows: Sequence[FixRow], facet: str, pack: Pack) -> Callable[[str], str]:
    if facet == "column" and rows:
        labels = {
            item.id: " ".join(item.header.split())
            for item in pack.fields_of(rows[0].held.table.kind)
        }
        return lambda value: labels.get(value, value)
    if facet == "rule":
        said: dict[str, str] = {}
        for row in rows:
            for found in row.faults.values():
                for item in found:
                    if item.code not in said:
                        said[item.code] = _short(checking.explain(item, pack))
        return lambda value: RULE_WORDS.get(value) or said.get(value, value)
    return lambda value: value or "（没有写）"
