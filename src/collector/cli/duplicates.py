"""The verbs of 查重: list, decide, undo, note."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from collector.cli import terminal
from collector.cli.session import unlocked
from collector.codes import text
from collector.errors import WrongUse
from collector.model import KIND_NAMES, Kind
from collector.services import coordinating, deciding, duplicates
from collector.services.deciding import Decided
from collector.services.duplicates import Comparison, Line
from collector.services.planning import What
from collector.services.session import Session
from collector.services.suspicions import STRENGTH_NAMES
from collector.wording import Text

_SHOWN = 20
"""items of each reason that are listed for a person; the rest are counted"""


def listing(options: argparse.Namespace) -> int:
    """Search anew where something changed, then list."""
    with unlocked(options) as session:
        progress = terminal.progress(options.lang)
        if options.full:
            duplicates.scan(session, progress, full=True)
        else:
            duplicates.refresh(session, progress)
        if options.json:
            terminal.say_json(duplicates.as_json(session))
            return 0
        _list(session, options.lang, _SHOWN if not options.all else 0)
    return 0


def decide(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        done = deciding.decide(
            session,
            options.id,
            What(options.what),
            sides=_sides(options.field),
            all_of_kind=options.all_of_kind,
            transfer_date=options.date,
            progress=terminal.progress(options.lang),
        )
        left = duplicates.waiting(session)
    if options.json:
        terminal.say_json(
            {
                "format": "collector.duplicates-decided/1",
                "settled": done.settled,
                "left": done.left,
                "released": done.released,
                "waiting": left,
            }
        )
    else:
        _tell(done, left, options.lang)
    return 1 if done.left else 0


def undo(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        done = deciding.undo(session)
        left = duplicates.waiting(session)
    if options.json:
        terminal.say_json(
            {
                "format": "collector.duplicates-undone/1",
                "restored": done.restored,
                "kept": done.kept,
                "waiting": left,
            }
        )
        return 1 if done.kept else 0
    zh = options.lang == "zh"
    terminal.say(
        f"✓ 已撤销 {done.restored} 条，记录和待修的行都恢复原样。"
        if zh
        else f"✓ {done.restored} taken back; records and rows are as they were."
    )
    if done.kept:
        terminal.say(
            f"✗ {done.kept} 条没有撤销：记录后来又改过，不覆盖。"
            if zh
            else f"✗ {done.kept} not taken back: the records were changed since."
        )
    return 1 if done.kept else 0


def note(options: argparse.Namespace) -> int:
    """The note for the other unit, as a file to be printed; nothing is sent."""
    with unlocked(options) as session:
        written = coordinating.write(session, options.id, options.out)
    terminal.say(f"✓ 协调单 {written}" if options.lang == "zh" else f"✓ note {written}")
    return 0


def _sides(given: Sequence[str]) -> dict[str, str]:
    sides: dict[str, str] = {}
    for each in given:
        name, equals, side = each.partition("=")
        if not equals:
            raise WrongUse(
                "usage.field_side",
                Text("--field 要写成 字段=stored 或 字段=new。", "--field takes NAME=stored|new."),
                Text("例如 --field phone=new", "For example --field phone=new"),
            )
        sides[name.strip()] = side.strip()
    return sides


def _list(session: Session, lang: str, most: int) -> None:
    found = duplicates.groups(session)
    last = session.store.duplicates.last_scan()
    zh = lang == "zh"
    if not found:
        compared = 0 if last is None else last.compared
        terminal.say(
            f"✓ 没有疑似重复，已比对 {compared} 条。"
            if zh
            else f"✓ Nothing seems to be there twice; {compared} compared."
        )
    for group in found:
        reason = group.reason
        terminal.say(
            f"{KIND_NAMES[group.kind].said(lang)}　{reason.name.said(lang)}"
            f"（{STRENGTH_NAMES[reason.strength].said(lang)}）× {group.count}"
        )
        terminal.say(f"  → {reason.advice.said(lang)}")
        numbers = duplicates.items(session, group.kind, reason.id)
        for number in numbers[: most or len(numbers)]:
            _show(duplicates.compare(session, number), lang)
        if most and len(numbers) > most:
            more = len(numbers) - most
            terminal.say(
                f"  … 另有 {more} 条（--all 全部列出）" if zh else f"  … {more} more (--all)"
            )
    if last is not None and last.offices:
        terminal.say(
            f"另有 {last.offices} 个电话被 5 人以上共用，多半是办公电话，没有列入。"
            if zh
            else f"{last.offices} telephones are shared by more than 5 people and not listed."
        )


def _show(found: Comparison, lang: str) -> None:
    mark = "（以后再说）" if found.item.state == "later" else ""
    sides = []
    for side in (found.stored, found.new):
        values = side.values
        number = values.get("id_number") or values.get("uscc") or values.get("temporary_code", "")
        shown = text.mask_id(number) if found.item.kind is Kind.MEMBER else number
        name = values.get("name", "")
        if found.item.kind is Kind.MEMBER:
            name = text.mask_name(name)
        place = f"{side.file_name} [{side.sheet}] {side.row_number}" if side.file_name else "—"
        sides.append(f"{name} {shown} ← {place}")
    terminal.say(f"  {found.item.id}{mark}\t{sides[0]}")
    terminal.say(f"  \t{sides[1]}")
    differing = "、".join(_apart(line, lang) for line in found.lines if line.differs)
    terminal.say(f"  \t≠ {differing}")


def _apart(line: Line, lang: str) -> str:
    if not line.apart:
        return line.label
    places = "、".join(str(place) for place in line.apart)
    return line.label + (f"（第 {places} 位）" if lang == "zh" else f" (place {places})")


def _tell(done: Decided, left: int, lang: str) -> None:
    zh = lang == "zh"
    terminal.say(
        f"✓ 已处理 {done.settled} 条，还有 {left} 条；要撤销用 duplicates undo。"
        if zh
        else f"✓ {done.settled} settled, {left} left; duplicates undo takes it back."
    )
    if done.released:
        terminal.say(
            f"  {done.released} 行待修的因此改好入库。"
            if zh
            else f"  {done.released} parked rows became records."
        )
    if done.notice is not None:
        terminal.say(f"  → {done.notice.said(lang)}")
    told: set[str] = set()
    for fault in done.faults:
        if fault.code in done.left and fault.code not in told:
            told.add(fault.code)
            terminal.say(f"✗ {done.left[fault.code]} × {fault.sentence.said(lang)}")
            terminal.say(f"  → {fault.advice.said(lang)}")
