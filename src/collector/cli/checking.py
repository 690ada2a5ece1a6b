"""The verbs that read workbooks: check, import."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from collector.cli import many, missing, returns, terminal
from collector.cli.session import unlocked
from collector.model import KIND_NAMES, Finding, Kind, Outcome, Severity
from collector.packs.spec import Pack
from collector.services import missing_list
from collector.services import session as sessions
from collector.services.checking import check_files, explain
from collector.services.importing import import_files
from collector.services.pack_notices import notices
from collector.sheets.reading import FileReading
from collector.wording import Text

_PLACES_SHOWN = 20

SEVERITY_NAMES = {
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("提醒", "warning"),
    Severity.INFO: Text("说明", "info"),
}
_OUTCOME = {
    Outcome.ADDED: ("新增", "added"),
    Outcome.UPDATED: ("更新", "updated"),
    Outcome.UNCHANGED: ("不变", "unchanged"),
    Outcome.PARKED: ("待修", "parked"),
    Outcome.SKIPPED: ("跳过", "skipped"),
}


def check(options: argparse.Namespace) -> int:
    result = check_files(
        options.files,
        options.pack,
        _kind(options.kind),
        terminal.progress(options.lang),
        options.marked,
        lang=options.lang,
    )
    said = notices(result.pack, sessions.today())
    if options.json:
        told = {"notices": [item.as_json(options.lang) for item in said]} if said else {}
        terminal.say_json(result.as_json() | told)
        return int(result.has_errors)
    for item in said:
        terminal.say(f"！{item.text.said(options.lang)}")
    _say_files(result.reading.files, options.lang)
    _say_findings(result.findings, result.pack, result.reading.files, options.lang)
    zh = options.lang == "zh"
    terminal.say(
        f"共 {result.rows} 行，{result.clean_rows} 行没有错误。"
        if zh
        else f"{result.rows} rows, {result.clean_rows} without an error."
    )
    for path in result.marked:
        terminal.say(f"{'标注副本' if zh else 'marked copy'}：{path}")
    return int(result.has_errors)


def bring_in(options: argparse.Namespace) -> int:
    if len(options.files) == 1 and missing_list.is_list(options.files[0]):
        return missing.take(options, options.files[0])
    if many.is_many(options):
        if options.missing == "discard":
            raise returns.each_alone()
        return many.bring_in(options)
    with unlocked(options) as session:
        result = import_files(
            session,
            options.files,
            _kind(options.kind),
            terminal.progress(options.lang),
            options.dry_run,
            discard_missing=options.missing == "discard",
        )
        written = many.write_results(options, session, result.staged)
        if options.json:
            terminal.say_json(result.as_json() | written)
            return int(result.has_errors)
        zh = options.lang == "zh"
        files = result.staged.reading.files
        _say_files(files, options.lang)
        _say_findings(result.findings, session.pack, files, options.lang)
        if result.staged.seen_before:
            terminal.say(
                "这些文件里有以前导入过的，内容相同的行不会重复入库。"
                if zh
                else "Some of these very files were imported before; equal rows are not repeated."
            )
        counted = "，".join(
            f"{_OUTCOME[outcome][0 if zh else 1]} {result.counts.get(outcome, 0)}"
            for outcome in Outcome
        )
        returns.say_returned(result, options.lang)
        lead = "试算（没有写入）" if options.dry_run else "已导入"
        if not zh:
            lead = "Dry run, nothing written" if options.dry_run else "Imported"
        terminal.say(f"{lead}：{result.rows} {'行' if zh else 'rows'} = {counted}")
        if result.released:
            terminal.say(
                f"以前待修的 {result.released} 行现在已合格入库。"
                if zh
                else f"{result.released} rows parked earlier are sound now."
            )
        return int(result.has_errors)


def _kind(name: str | None) -> Kind | None:
    return Kind(name) if name else None


def _say_files(files: Sequence[FileReading], lang: str) -> None:
    for file in files:
        code = f"（{file.encoding}）" if file.encoding else ""
        terminal.say(f"{file.name}{code}")
        for sheet in file.sheets:
            if sheet.kind is None:
                note = "未采用" if lang == "zh" else "not used"
                terminal.say(f"  [{sheet.sheet}] {note}")
                continue
            kind = KIND_NAMES[sheet.kind].said(lang)
            terminal.say(
                f"  [{sheet.sheet}] {kind}，表头第 {sheet.header_row} 行，"
                f"{sheet.rows} 行数据，另有 {len(sheet.skipped)} 行不是数据"
                if lang == "zh"
                else f"  [{sheet.sheet}] {kind}, header in row {sheet.header_row},"
                f" {sheet.rows} rows, {len(sheet.skipped)} others not data"
            )


def _say_findings(
    findings: Iterable[Finding], pack: Pack, files: Sequence[FileReading], lang: str
) -> None:
    """Each fault once with its count, its advice and its first places."""
    groups: dict[tuple[Severity, str, str, Kind | None], list[Finding]] = {}
    for item in findings:
        groups.setdefault((item.severity, item.code, item.field, item.kind), []).append(item)
    order = list(Severity)
    for group, items in sorted(
        groups.items(), key=lambda pair: (order.index(pair[0][0]), -len(pair[1]))
    ):
        said = explain(items[0], pack)
        severity = SEVERITY_NAMES[group[0]].said(lang)
        terminal.say(f"\n{severity} × {len(items)}  {said.sentence.said(lang)}")
        clause = f"（{said.source_clause}）" if said.source_clause else ""
        terminal.say(f"  → {said.advice.said(lang)}{clause}")
        shown = [_place(item, files) for item in items[:_PLACES_SHOWN]]
        more = len(items) - len(shown)
        terminal.say("  " + "  ".join(shown) + (f"  … +{more} (--json)" if more else ""))
    if groups:
        terminal.say("")


def _place(item: Finding, files: Sequence[FileReading]) -> str:
    file = files[item.file].name if len(files) > 1 else ""
    cell = f"{item.column}{item.row or ''}"
    return "!".join(part for part in (file, item.sheet, cell) if part)
