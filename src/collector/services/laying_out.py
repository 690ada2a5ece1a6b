"""Parked rows laid into the sheets of the pack, where their own file is not at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collector.model import Finding, Kind
from collector.packs.spec import Pack, Sheet
from collector.sheets.arranging import chooser, row_maker
from collector.sheets.raw import letter
from collector.store import ParkedTable

Place = tuple[str, int]
"""sheet, row"""


def laid_out(
    pack: Pack, parked: Sequence[ParkedTable]
) -> tuple[list[Sheet], dict[str, list[list[str]]], dict[Place, Place]]:
    """The pack's sheets used, the rows of each by its id, and place in the file -> new place."""
    records: dict[Place, dict[Kind, Mapping[str, str]]] = {}
    for held in parked:
        for index, row in enumerate(held.table.rows):
            records.setdefault((held.table.sheet, row), {})[held.table.kind] = held.table.record(
                index
            )
    rows: dict[str, list[list[str]]] = {}
    moved: dict[Place, Place] = {}
    for place in sorted(records, key=lambda at: (at[0], at[1])):
        of_row = records[place]
        sheet = _sheet_for(pack, place[0], of_row)
        texts = rows.setdefault(sheet.id, [])
        moved[place] = (sheet.name, sheet.layout.data_row + len(texts))
        whole = {kind: of_row.get(kind, {}) for kind in sheet.kinds}
        texts.append(row_maker(pack, sheet)(whole, len(texts) + 1))
    return [sheet for sheet in pack.sheets if sheet.id in rows], rows, moved


def _sheet_for(pack: Pack, name: str, records: Mapping[Kind, Mapping[str, str]]) -> Sheet:
    fitting = [sheet for sheet in pack.sheets if records.keys() <= set(sheet.kinds)]
    if not fitting:
        fitting = [sheet for sheet in pack.sheets if records.keys() & set(sheet.kinds)]
    named = [sheet for sheet in fitting if sheet.name == name]
    whole = {kind: records.get(kind, {}) for kind in Kind}
    own = [sheet for sheet in fitting if sheet.only and chooser(pack, sheet)(whole)]
    return next(iter((*named, *own, *fitting)))


def letter_of(pack: Pack, sheet_name: str, finding: Finding) -> str:
    """The column the finding's field has in the pack's own sheet."""
    sheet = next(sheet for sheet in pack.sheets if sheet.name == sheet_name)
    for column, item in enumerate(sheet.fields, 1):
        if item.id == finding.field and item.kind is finding.kind:
            return letter(column)
    return ""
