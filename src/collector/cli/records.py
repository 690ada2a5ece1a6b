"""The verbs that look into the workspace: list, show, status, journal."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Mapping

from collector.cli import terminal
from collector.cli.checking import SEVERITY_NAMES
from collector.cli.session import unlocked
from collector.errors import WrongUse
from collector.model import KIND_NAMES, STATUS_NAMES, Kind, Record, Severity, Status
from collector.services import journaling, records
from collector.services.pack_names import checked_with
from collector.services.session import Session
from collector.services.status import status as status_of
from collector.wording import Text


def listing(options: argparse.Namespace) -> int:
    kind = Kind(options.kind)
    status = Status(options.status) if options.status else None
    with unlocked(options) as session:
        found = (
            record
            for chunk in records.listing(session, kind, _where(options.where), status)
            for record in chunk
        )
        if options.json:
            _list_json(kind, found)
        elif options.csv:
            _list_csv(records.field_ids(session, kind), found, options.lang)
        else:
            _list_text(session, kind, found, options.lang)
    return 0


def show(options: argparse.Namespace) -> int:
    kind = Kind(options.kind)
    with unlocked(options) as session:
        record = records.show(session, kind, options.key)
        if options.json:
            document = {"format": "collector.record/1", **records.record_json(record)}
            terminal.say_json(document)
            return 0
        labels = {column.field: column.label for column in records.columns(session, kind)}
        name, state = (
            text.said(options.lang) for text in (KIND_NAMES[kind], STATUS_NAMES[record.status])
        )
        terminal.say(f"{name}  {state}  r{record.revision}  {record.pack}")
        terminal.say(f"  {checked_with(session, record.pack).said(options.lang)}")
        for name, text in record.values.items():
            if text:
                terminal.say(f"  {labels.get(name, name)}：{text}")
        if record.file_name:
            terminal.say(f"  ← {record.file_name} [{record.sheet}] {record.row}")
    return 0


def status(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        found = status_of(session)
    if options.json:
        terminal.say_json(found.as_json())
        return 0
    zh = options.lang == "zh"
    terminal.say(f"{'模板包' if zh else 'pack'} {found.pack}")
    for kind, counts in found.counts.items():
        said = "，".join(
            f"{STATUS_NAMES[state].said(options.lang)} {count}"
            for state, count in counts.items()
            if count
        )
        terminal.say(f"  {KIND_NAMES[kind].said(options.lang)}：{said or 0}")
    if found.unattached:
        terminal.say(
            f"✗ {found.unattached} 名会员没有对应的单位或工会（空挂会员）"
            if zh
            else f"✗ {found.unattached} members without a known unit or union"
        )
    for severity, codes in found.findings.items():
        for code, count in codes.items():
            name = SEVERITY_NAMES[Severity(severity)].said(options.lang)
            terminal.say(f"  {name} {code} × {count}")
    others = sum(found.checked_otherwise.values())
    if others:
        terminal.say(
            f"▲ {others} 条记录是按别的版本检查的，可以按现在的规则复核（collector recheck）"
            if zh
            else f"▲ {others} records were checked with another version (collector recheck)"
        )
    if found.duplicates:
        terminal.say(
            f"▲ {found.duplicates} 条疑似重复待处理（collector duplicates list）"
            if zh
            else f"▲ {found.duplicates} possible duplicates wait (collector duplicates list)"
        )
    elif not found.duplicates_current and any(sum(of.values()) for of in found.counts.values()):
        terminal.say(
            "  有还没查重的内容（collector duplicates list）"
            if zh
            else "  something was not searched for duplicates yet (collector duplicates list)"
        )
    last = found.last_submission
    if last is not None:
        terminal.say(f"{'最近上报' if zh else 'last submission'}：{last.sequence}  {last.at}")
    return 0


def journal_verify(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        report = journaling.verify(session)
    if options.json:
        terminal.say_json(journaling.report_json(report))
    elif report.ok:
        terminal.say(
            f"审计链完整，共 {report.entries} 条。"
            if options.lang == "zh"
            else f"The journal is whole: {report.entries} entries."
        )
    else:
        terminal.say(
            f"✗ 审计链被改动过，从第 {report.first_bad} 条起不可信。"
            if options.lang == "zh"
            else f"✗ The journal was tampered with, from entry {report.first_bad} on."
        )
    return 0 if report.ok else 5


def journal_show(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        found = journaling.entries(session, options.record)
    if options.json:
        terminal.say_json(
            {
                "format": "collector.journal/1",
                "entries": [journaling.entry_json(entry) for entry in found],
            }
        )
        return 0
    for entry in found:
        said = journaling.entry_json(entry)
        details = json.dumps(said["details"], ensure_ascii=False) if said["details"] else ""
        terminal.say(f"{said['number']}\t{said['at']}\t{said['who']}\t{said['action']}\t{details}")
    return 0


def _where(given: list[str]) -> Mapping[str, str]:
    asked: dict[str, str] = {}
    for condition in given:
        name, equals, value = condition.partition("=")
        if not equals or not name:
            raise WrongUse(
                "usage.where",
                Text("--where 要写成 字段=值。", "--where takes FIELD=VALUE."),
                Text("例如 --where union_code=81…", "For example --where union_code=81…"),
            )
        asked[name.strip()] = value
    return asked


def _list_json(kind: Kind, found: Iterator[Record]) -> None:
    """One document, written record by record: a million records are never held at once."""
    out = sys.stdout
    ascii_only = not terminal.is_utf8(out)
    out.write(f'{{"format": "collector.list/1", "kind": "{kind.value}", "records": [')
    for number, record in enumerate(found):
        text = json.dumps(records.record_json(record), ensure_ascii=ascii_only)
        out.write(("," if number else "") + "\n " + text)
    out.write("\n]}\n")


def _list_csv(fields: tuple[str, ...], found: Iterator[Record], lang: str) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("status", *fields))
    spoilt: list[int] = []
    for number, record in enumerate(found, 1):
        row = (record.status.value, *(record.values.get(name, "") for name in fields))
        writer.writerow(row)
        if not all(terminal.can_hold(text, sys.stdout) for text in row):
            spoilt.append(number)
    if spoilt:
        _say_spoilt(spoilt, lang)


def _say_spoilt(rows: list[int], lang: str) -> None:
    """A name that was cut must not pass in silence: it would come back as another name."""
    code = (sys.stdout.encoding or "?").upper()
    places = ("、" if lang == "zh" else ", ").join(str(row) for row in rows[:20])
    more = " …" if len(rows) > 20 else ""
    if lang == "zh":
        said = (
            f"✗ {len(rows)} 行里有 {code} 写不下的字，已变成“?”：第 {places}{more} 条"
            "\n  → 请用 UTF-8 输出（先设环境变量 PYTHONIOENCODING=utf-8），或用 --json。"
        )
    else:
        said = (
            f"✗ {len(rows)} rows hold characters that {code} cannot, now ?: {places}{more}"
            "\n  → write UTF-8 (set PYTHONIOENCODING=utf-8), or use --json."
        )
    print(said, file=sys.stderr)


def _list_text(session: Session, kind: Kind, found: Iterator[Record], lang: str) -> None:
    columns = records.columns(session, kind)[:6]
    terminal.say("\t".join(column.label for column in columns))
    for record in found:
        terminal.say("\t".join(record.values.get(column.field, "") for column in columns))
