"""The verbs that show what the workspace holds: list, show, status, journal."""

from __future__ import annotations

import argparse
import csv
import sys

from collector.cli import terminal
from collector.cli.session import unlocked
from collector.errors import WrongUse
from collector.model import Kind, Status
from collector.services import journaling, records
from collector.services.status import status as workspace_status
from collector.wording import Text

_STATUS = {
    Status.DRAFT: "草稿",
    Status.PARKED: "待修",
    Status.VALID: "合格",
    Status.SUBMITTED: "已上报",
    Status.ACCEPTED: "已通过",
    Status.RETURNED: "已退回",
    Status.INACTIVE: "非正常",
}
_KIND = {Kind.UNIT: "单位", Kind.UNION: "工会", Kind.OFFICER: "委员", Kind.MEMBER: "会员"}


def listing(options: argparse.Namespace) -> int:
    kind = Kind(options.kind)
    where = dict(_condition(text) for text in options.where)
    wanted = Status(options.status) if options.status else None
    with unlocked(options) as session:
        chunks = records.listing(session, kind, where, wanted)
        if options.json:
            terminal.say_json(
                {
                    "format": "collector.list/1",
                    "kind": kind.value,
                    "records": [records.record_json(item) for chunk in chunks for item in chunk],
                }
            )
            return 0
        names = records.field_ids(session, kind)
        if options.csv:
            # data as they are, for programs; a workbook for people is what export --workbooks writes
            out = csv.writer(sys.stdout, lineterminator="\n")
            out.writerow(("status", *names))
            for chunk in chunks:
                for item in chunk:
                    out.writerow((item.status.value, *(item.values.get(n, "") for n in names)))
            return 0
        columns = records.columns(session, kind)
        terminal.say("\t".join(["状态", *(column.label for column in columns)]))
        for chunk in chunks:
            for item in chunk:
                texts = (item.values.get(column.field, "") for column in columns)
                terminal.say("\t".join([_STATUS[item.status], *texts]))
    return 0


def show(options: argparse.Namespace) -> int:
    kind = Kind(options.kind)
    with unlocked(options) as session:
        record = records.show(session, kind, options.key)
        if options.json:
            terminal.say_json({"format": "collector.show/1", **records.record_json(record)})
            return 0
        labels = {column.field: column.label for column in records.columns(session, kind)}
        terminal.say(f"{_KIND[kind]}  {_STATUS[record.status]}  r{record.revision}  {record.pack}")
        for name, text in record.values.items():
            if text:
                terminal.say(f"  {labels.get(name, name)}：{text}")
        if record.file_name:
            terminal.say(f"  来源：{record.file_name} [{record.sheet}] 第 {record.row} 行")
        terminal.say(f"  {record.changed_at} {record.changed_by}")
    return 0


def status(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        found = workspace_status(session)
        if options.json:
            terminal.say_json(found.as_json())
            return 0
        zh = options.lang == "zh"
        terminal.say(f"{'规则包' if zh else 'pack'}：{found.pack}")
        for kind, counts in found.counts.items():
            said = "，".join(
                f"{_STATUS[state] if zh else state.value} {count}"
                for state, count in counts.items()
                if count
            )
            terminal.say(f"{_KIND[kind] if zh else kind.value}：{said or 0}")
        terminal.say(f"{'空挂会员' if zh else 'unattached members'}：{found.unattached}")
        for severity, codes in found.findings.items():
            for code, count in codes.items():
                terminal.say(f"  {severity} {code} × {count}")
        sent = found.last_submission
        none = "还没有上报过" if zh else "nothing submitted yet"
        terminal.say(none if sent is None else f"#{sent.sequence} {sent.at}")
    return 0


def journal_verify(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        report = journaling.verify(session)
        if options.json:
            terminal.say_json(journaling.report_json(report))
        elif report.ok:
            terminal.say(f"审计链完整，共 {report.entries} 条。")
        else:
            terminal.say(f"✗ 审计链从第 {report.first_bad} 条起对不上，请保留现状并报告管理员。")
    return 0 if report.ok else 5


def journal_show(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        entries = [
            journaling.entry_json(item) for item in journaling.entries(session, options.record)
        ]
        if options.json:
            terminal.say_json({"format": "collector.journal/1", "entries": entries})
            return 0
        for entry in entries:
            terminal.say("\t".join(str(value) for value in entry.values()))
    return 0


def _condition(text: str) -> tuple[str, str]:
    field_id, equals, value = text.partition("=")
    if not equals or not field_id:
        raise WrongUse(
            "usage.where",
            Text("--where 的写法不对。", "--where is not written right."),
            Text("请写成 FIELD=VALUE，如 uscc=…，字段名见 collector pack show。", "Write FIELD=VALUE."),
        )
    return field_id, value
