"""Layouts of sheets a person has set right once: the next file of the same layout needs no one.

A layout is what the header row says, column by column; files of one sender share it. Kept in the
encrypted store, used by every import, told to the person, and forgotten on request.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from collector.model import Kind
from collector.packs import Pack
from collector.services.session import Session
from collector.sheets import reading
from collector.sheets.headers import SEARCHED_ROWS, HeaderText, header_texts
from collector.sheets.raw import RawSheet, RawWorkbook, letter, number
from collector.sheets.reading import SheetPlan
from collector.store import KeptLayout
from collector.wording import Text

FORMAT = "collector.layout/1"
Labels = Mapping[str, Mapping[str, str]]
"""list id -> {key of a spelling: label}"""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is remembered of one layout."""

    spec: str | None
    """id of the pack's sheet; "" where the sheet is not read; None where the program's own
    proposal stands and only values are remembered"""
    levels: int = 1
    columns: Mapping[int, tuple[Kind, str]] = field(default_factory=dict)
    """distance from the first header text -> field"""
    values: Labels = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """How the sheets of a file are to be read."""

    plans: list[SheetPlan]
    recalled: tuple[str, ...]
    """names of the sheets read (or left out) as a person decided for an earlier file"""
    fingerprints: Mapping[str, str]
    """sheet name -> layout"""
    values: Labels
    """labels matched for these layouts before"""
    left_out: frozenset[int] = frozenset()
    """indexes of sheets that could be read and that a person chose not to"""


def fingerprint(texts: Sequence[HeaderText], levels: int) -> str:
    """The same for two sheets whose headers say the same in the same order."""
    first = texts[0].column
    said = [[text.column - first, text.group_key, text.key] for text in texts]
    return hashlib.sha256(json.dumps([levels, said], ensure_ascii=False).encode()).hexdigest()


def known(session: Session) -> dict[str, Decision]:
    """Every decision kept for the workspace's pack, by fingerprint."""
    found: dict[str, Decision] = {}
    for kept in session.store.layouts.all(session.pack.id):
        decision = _read(kept.decision)
        if decision is not None:
            found[kept.fingerprint] = decision
    return found


def listed(session: Session) -> list[KeptLayout]:
    """The layouts remembered, the newest first."""
    return session.store.layouts.all(session.pack.id)


def what(kept: KeptLayout) -> Text:
    """What is remembered of a layout, in a few words."""
    decision = _read(kept.decision)
    if decision is None:
        return Text("由更新的版本定下", "decided by a newer version")
    if decision.spec == "":
        return Text("不读这张表", "not read")
    if decision.spec is None:
        count = sum(len(labels) for labels in decision.values.values())
        return Text(f"{count} 种写法按那次的对应", f"{count} spellings as matched then")
    return Text("列按那次的对应", "columns as matched then")


def forget(session: Session, layout_id: int) -> bool:
    """The next file of that layout is proposed afresh; whether there was such a layout."""
    return session.store.layouts.forget(layout_id)


def plan(
    raw: RawWorkbook, pack: Pack, decisions: Mapping[str, Decision], kind: Kind | None = None
) -> Planned:
    """The program's proposal, and instead of it what a person decided for the same layout."""
    proposed = {each.index: each for each in reading.propose(raw, pack, kind)}
    recalled: list[str] = []
    fingerprints: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    left_out: set[int] = set()
    for index, sheet in enumerate(raw.sheets):
        if not sheet.rows_total:
            continue
        own = proposed.get(index)
        found = _recall(raw, index, own, pack, decisions, kind)
        if found is not None:
            print_, decision, decided = found
            if decision.spec is not None:
                recalled.append(sheet.name)
                proposed.pop(index, None)
                if decided is not None:
                    proposed[index] = decided
                else:
                    left_out.add(index)
            fingerprints[sheet.name] = print_
            for name, labels in decision.values.items():
                values.setdefault(name, {}).update(labels)
        elif own is not None:
            fingerprints[sheet.name] = of_plan(sheet, own)
    plans = [proposed[index] for index in sorted(proposed)]
    return Planned(plans, tuple(recalled), fingerprints, values, frozenset(left_out))


def as_chosen(
    raw: RawWorkbook,
    plans: Sequence[SheetPlan],
    pack: Pack,
    decisions: Mapping[str, Decision],
) -> Planned:
    """The plans a person made for this very file, with the labels matched for such layouts."""
    fingerprints = {made.sheet: of_plan(raw.sheets[made.index], made) for made in plans}
    values: dict[str, dict[str, str]] = {}
    for print_ in fingerprints.values():
        if print_ in decisions:
            for name, labels in decisions[print_].values.items():
                values.setdefault(name, {}).update(labels)
    chosen = {made.index for made in plans}
    left_out = {own.index for own in reading.propose(raw, pack)} - chosen
    return Planned(list(plans), (), fingerprints, values, frozenset(left_out))


def of_plan(sheet: RawSheet, made: SheetPlan) -> str:
    """The layout of a sheet as it is planned; "" where nothing stands in its header row."""
    texts = header_texts(sheet, made.header_row, made.header_levels)
    return fingerprint(texts, made.header_levels) if texts else ""


def remember(
    session: Session,
    raw: RawWorkbook,
    chosen: Sequence[SheetPlan | None],
    kind: Kind | None = None,
) -> int:
    """Keep what the person decided otherwise than the program would; ``chosen`` is one plan a
    sheet, None = not read. Gives how many layouts were kept or, set back, forgotten."""
    proposed = {each.index: each for each in reading.propose(raw, session.pack, kind)}
    decisions = known(session)
    changed = 0
    for index, made in enumerate(chosen):
        own, sheet = proposed.get(index), raw.sheets[index]
        basis = made or own
        if basis is None or not sheet.rows_total:
            continue
        texts = header_texts(sheet, basis.header_row, basis.header_levels)
        if not texts:
            continue
        print_ = fingerprint(texts, basis.header_levels)
        before = decisions.get(print_)
        values = before.values if before is not None else {}
        if _same(made, own):
            decision = Decision(None, values=values)
        else:
            first = texts[0].column
            columns = (
                {number(name) - first: held for name, held in made.columns.items()}
                if (made is not None)
                else {}
            )
            decision = Decision(
                made.spec.id if made is not None else "", basis.header_levels, columns, values
            )
        if decision == (before or Decision(None)):
            continue
        if decision == Decision(None):
            _drop(session, print_)
        else:
            session.store.layouts.keep(
                session.pack.id, print_, f"{raw.name} / {sheet.name}", _written(decision)
            )
        changed += 1
    return changed


def _drop(session: Session, print_: str) -> None:
    for kept in listed(session):
        if kept.fingerprint == print_:
            forget(session, kept.id)


def remember_values(session: Session, fingerprints: Mapping[str, str], labels: Labels) -> None:
    """Keep matched labels with the layouts they came in; ``fingerprints``: layout -> its name."""
    decisions = known(session)
    for print_, name in fingerprints.items():
        if not print_:
            continue
        before = decisions.get(print_, Decision(None))
        values = {key: dict(held) for key, held in before.values.items()}
        for list_id, matched in labels.items():
            values.setdefault(list_id, {}).update(matched)
        after = Decision(before.spec, before.levels, before.columns, values)
        if after != before:
            session.store.layouts.keep(session.pack.id, print_, name, _written(after))


def _same(made: SheetPlan | None, own: SheetPlan | None) -> bool:
    if made is None or own is None:
        return made is own
    return (made.spec.id, made.header_row, made.header_levels, dict(made.columns)) == (
        own.spec.id,
        own.header_row,
        own.header_levels,
        dict(own.columns),
    )


def _recall(
    raw: RawWorkbook,
    index: int,
    own: SheetPlan | None,
    pack: Pack,
    decisions: Mapping[str, Decision],
    kind: Kind | None,
) -> tuple[str, Decision, SheetPlan | None] | None:
    """(layout, decision, plan) of a sheet whose header a person has met before."""
    if not decisions:
        return None
    sheet = raw.sheets[index]
    last = min(sheet.last_row, SEARCHED_ROWS)
    heads = [(own.header_row, own.header_levels)] if own is not None else []
    heads += [(row, levels) for row in range(sheet.first_row, last + 1) for levels in (1, 2)]
    for row, levels in dict.fromkeys(heads):
        if row + levels - 1 > last:
            continue
        texts = header_texts(sheet, row, levels)
        if len(texts) < 2:
            continue
        print_ = fingerprint(texts, levels)
        decision = decisions.get(print_)
        if decision is None:
            continue
        if not decision.spec:
            return print_, decision, None
        spec = next((each for each in pack.sheets if each.id == decision.spec), None)
        if spec is None or (kind is not None and kind not in spec.kinds):
            return None
        fields = {(item.kind, item.id) for item in spec.fields}
        first = texts[0].column
        columns = {
            letter(first + place): held
            for place, held in decision.columns.items()
            if held in fields and first + place > 0
        }
        base = reading.plan_with_header(raw, index, spec, row, levels)
        return print_, decision, reading.plan_with_columns(raw, base, columns)
    return None


def _written(decision: Decision) -> str:
    return json.dumps(
        {
            "format": FORMAT,
            "sheet": decision.spec,
            "levels": decision.levels,
            "columns": [
                [place, kind.value, field_id]
                for place, (kind, field_id) in sorted(decision.columns.items())
            ],
            "values": {name: dict(labels) for name, labels in decision.values.items()},
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def _read(text: str) -> Decision | None:
    document: dict[str, Any] = json.loads(text)
    if document.get("format") != FORMAT:
        return None
    return Decision(
        document["sheet"],
        document["levels"],
        {place: (Kind(kind), field_id) for place, kind, field_id in document["columns"]},
        document["values"],
    )
