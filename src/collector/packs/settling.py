"""A proposal after a person has answered: what was settled stands without a doubt."""

from __future__ import annotations

from dataclasses import replace

from collector.errors import InputRefused
from collector.model import FIELDS, Kind
from collector.packs.answers import Answers, ColumnAnswer, SheetAnswer
from collector.packs.dictionary import Entry, label_key
from collector.packs.guessing import Guess, doubt_about, propose_column
from collector.packs.parting import agreeing, told_apart, with_part
from collector.packs.proposals import ALIKE, Doubt, Proposal, ProposedColumn, ProposedSheet
from collector.packs.proposed_lists import ProposedList, likeness
from collector.packs.proposing import propose_sheet
from collector.packs.spec import FieldType
from collector.packs.vocabulary import Vocabulary
from collector.wording import Text

SERIAL = "serial"
BY_PERSON = Text("由人确定", "settled by a person")
DATE_FORMATS = ("yyyy-MM-dd", "yyyy/MM/dd", "yyyy.MM.dd", "yyyyMMdd", "yyyy年MM月dd日")


def settle(proposal: Proposal, answers: Answers, words: Vocabulary) -> Proposal:
    """The proposal with the answers in it. Always from the first proposal: answers add up.

    Raises ``InputRefused``: ``learn.no_such_sheet``, ``learn.no_such_column``,
    ``learn.no_such_field``, ``learn.field_twice``, ``learn.value`` with the place.
    """
    known = {sheet.observed.name for sheet in proposal.sheets}
    for name in answers.sheets:
        if name not in known:
            raise _refused(
                "learn.no_such_sheet",
                Text(f"表样里没有要填的工作表“{name}”。", f"There is no sheet {name!r} to fill."),
                name,
            )
    kept: list[ProposedSheet] = []
    for sheet in proposal.sheets:
        answer = answers.sheets.get(sheet.observed.name, SheetAnswer())
        if answer.left_out:
            continue
        if answer.kinds and answer.kinds != sheet.kinds:
            sheet = propose_sheet(sheet.observed, answer.kinds, True, words)
        elif answer.kinds or answer.confirmed:
            sheet = _certain(sheet)
        kept.append(sheet)
    bare = [
        replace(
            sheet,
            only=None,
            doubts=tuple(one for one in sheet.doubts if one.code not in (ALIKE, "sheet.part")),
        )
        for sheet in kept
    ]
    parted = told_apart(bare, words)
    settled = [
        _settled(sheet, answers.sheets.get(sheet.observed.name, SheetAnswer()), words)
        for sheet in parted
    ]
    return replace(proposal, sheets=agreeing(settled))


def _certain(sheet: ProposedSheet) -> ProposedSheet:
    """The kind of the sheet is right: what hung on it is no doubt any more."""
    columns = tuple(
        replace(column, doubts=tuple(one for one in column.doubts if one.code != "field.kind"))
        for column in sheet.columns
    )
    doubts = tuple(one for one in sheet.doubts if one.code not in ("sheet.kind", "sheet.filled"))
    return replace(sheet, columns=columns, doubts=doubts)


def _settled(sheet: ProposedSheet, answer: SheetAnswer, words: Vocabulary) -> ProposedSheet:
    if answer.only is not None:
        _check_part(sheet, *answer.only)
        sheet = with_part(sheet, *answer.only)
    if answer.only is not None or answer.confirmed:
        doubts = tuple(one for one in sheet.doubts if one.code != "sheet.part")
        sheet = replace(sheet, doubts=doubts)
    by_letter = {column.observed.letter: place for place, column in enumerate(sheet.columns)}
    columns = list(sheet.columns)
    for letters, said in answer.columns.items():
        if letters not in by_letter:
            raise _refused(
                "learn.no_such_column",
                Text(f"这张表没有 {letters} 列。", f"The sheet has no column {letters}."),
                sheet.observed.name,
                letters,
            )
        place = by_letter[letters]
        columns[place] = _column(sheet, columns[place], said, words)
    columns = _once_each(sheet, columns, answer)
    return replace(sheet, columns=tuple(columns))


def _check_part(sheet: ProposedSheet, field_id: str, value: str) -> None:
    kind = sheet.kinds[0]
    if len(sheet.kinds) > 1 or field_id not in FIELDS[kind] or not value.strip():
        raise _refused(
            "learn.value",
            Text(
                "“only”要写一个国家字段和它在这张表里的值，一行两类记录的表不能用。",
                "'only' names a national field and its value; a sheet of two kinds has none.",
            ),
            sheet.observed.name,
        )


def _column(
    sheet: ProposedSheet, column: ProposedColumn, said: ColumnAnswer, words: Vocabulary
) -> ProposedColumn:
    """One column with what was said of it."""
    if said.left_out:
        return replace(column, left_out=True, doubts=(), reason=BY_PERSON)
    settled: set[str] = set()
    if said.field is not None or said.kind is not None:
        kind = said.kind or column.kind
        field = column.field if said.field is None else said.field
        _check_field(sheet, column, kind, field)
        if (kind, field) != (column.kind, column.field):
            column = _as_field(sheet, column, kind, field, words)
        settled.add("field")
    if said.type is not None and said.type is not column.type:
        listed = column.listed if said.type is FieldType.CHOICE else None
        doubts = tuple(one for one in column.doubts if one.about != "list")
        column = replace(column, type=said.type, listed=listed, doubts=doubts)
        if said.type is FieldType.CHOICE and not ((listed and listed.entries) or said.labels):
            column = replace(column, doubts=(*doubts, _no_list(column)))
    if said.type is not None or (said.field is not None and "field" in settled):
        settled.add("type")
    if said.required is not None:
        column = replace(column, required=said.required)
        settled.add("required")
    if said.labels is not None:
        column = replace(column, type=FieldType.CHOICE, listed=_listed(column, said.labels))
        settled |= {"list", "type"}
    if said.date_format is not None:
        if said.date_format not in DATE_FORMATS:
            formats = "、".join(DATE_FORMATS)
            raise _refused(
                "learn.value",
                Text(f"日期写法只能是：{formats}。", f"The date format is one of {formats}."),
                sheet.observed.name,
                column.observed.letter,
            )
        column = replace(column, date_format=said.date_format)
        settled.add("form")
    if said.max_length is not None:
        column = replace(column, max_length=said.max_length)
    if said.confirmed:
        settled |= {one.about for one in column.doubts}
    if "field" in settled:
        column = replace(column, confidence=1.0, reason=BY_PERSON)
    doubts = tuple(one for one in column.doubts if one.about not in settled)
    return replace(column, doubts=doubts)


def _no_list(column: ProposedColumn) -> Doubt:
    why = Text("应当选清单，但还没有选项", "it should have a list but has none")
    return doubt_about("list", "list.missing", column.observed, why)


def _as_field(
    sheet: ProposedSheet, column: ProposedColumn, kind: Kind, field: str, words: Vocabulary
) -> ProposedColumn:
    """The column proposed anew as this field."""
    if field == SERIAL:
        made = propose_column(
            sheet.observed, column.observed, Guess(kind, SERIAL, None, 1.0, BY_PERSON), True
        )
        return replace(made, type=FieldType.SERIAL, required=False, listed=None, doubts=())
    meant = [one for one in words.meanings if field and one.place == (kind, field)]
    best = max(
        meant, key=lambda one: likeness(column.observed.choices, one.dictionary), default=None
    )
    guess = Guess(kind, field, best, 1.0, BY_PERSON)
    return propose_column(sheet.observed, column.observed, guess, True)


def _check_field(sheet: ProposedSheet, column: ProposedColumn, kind: Kind, field: str) -> None:
    if kind in sheet.kinds and (field in ("", SERIAL) or field in FIELDS[kind]):
        return
    raise _refused(
        "learn.no_such_field",
        Text(
            f"“{field}”不是这张表能用的国家字段。", f"{field!r} is no national field of the sheet."
        ),
        sheet.observed.name,
        column.observed.letter,
    )


def _once_each(
    sheet: ProposedSheet, columns: list[ProposedColumn], answer: SheetAnswer
) -> list[ProposedColumn]:
    """Each field once: what a person chose takes it from a column that was only proposed."""
    chosen = {letters for letters, said in answer.columns.items() if said.field is not None}
    holders: dict[tuple[Kind, str], list[int]] = {}
    for place, column in enumerate(columns):
        if column.field and not column.left_out:
            holders.setdefault((column.kind, column.field), []).append(place)
    for (_, field), places in holders.items():
        if len(places) < 2:
            continue
        mine = [place for place in places if columns[place].observed.letter in chosen]
        if len(mine) > 1:
            letters = "、".join(columns[place].observed.letter for place in mine)
            raise _refused(
                "learn.field_twice",
                Text(
                    f"{letters} 列都指定为字段“{field}”，一张表里一个字段只能有一列。",
                    f"The columns {letters} were both given the field {field!r}.",
                ),
                sheet.observed.name,
                columns[mine[1]].observed.letter,
            )
        holder = mine[0] if mine else places[0]
        for place in places:
            if place != holder:
                columns[place] = _given_up(sheet, columns[place])
    return columns


def _given_up(sheet: ProposedSheet, column: ProposedColumn) -> ProposedColumn:
    said = Text("这个字段已经有别的列", "another column already holds that field")
    guess = Guess(column.kind, "", None, 0.2, said, "field.repeated")
    return propose_column(sheet.observed, column.observed, guess, True)


def _listed(column: ProposedColumn, labels: tuple[str, ...]) -> ProposedList:
    """The labels a person gave, with the aliases of those already known."""
    known = {label_key(one.label): one for one in (column.listed.entries if column.listed else ())}
    entries: dict[str, Entry] = {}
    for label in labels:
        text = label.strip()
        if text:
            entries.setdefault(label_key(text), known.get(label_key(text), Entry("", text)))
    name = column.listed.id if column.listed else ""
    spelling = column.listed.spelling if column.listed else ()
    kept = tuple(pair for pair in spelling if label_key(pair[0]) in entries)
    return ProposedList(name, tuple(entries.values()), kept)


def _refused(code: str, sentence: Text, sheet: str, column: str = "") -> InputRefused:
    where: dict[str, str | int] = {"sheet": sheet}
    if column:
        where["column"] = column
    advice = Text("请改正答案里的这一处，或先不答这一项。", "Correct that answer, or leave it out.")
    return InputRefused(code, sentence, advice, where)
