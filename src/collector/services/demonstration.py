"""The whole job on made-up people, from keys and planted errors to a bundle opened again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from collector import places
from collector.bundle.reading import Opened
from collector.errors import WrongUse
from collector.model import Kind, Outcome, Severity, counts_by_severity
from collector.packs.spec import Pack
from collector.progress import Progress
from collector.services import exporting, fixing, importing, made_up, receiving
from collector.services.fixing import CellEdit
from collector.services.made_up import MadeUp, Values
from collector.services.pack_signing import open_pack
from collector.services.session import Session, init_workspace
from collector.sheets import writing
from collector.wording import Text

PASSPHRASE = "demo-passphrase-of-nobody"
OPERATOR = "演示采集员"
UNIT = "虚构县总工会（演示）"
PACK = "hubei-2023"

Say = Callable[[Text], None]


@dataclass(frozen=True, slots=True)
class Planted:
    """An error put into a workbook on purpose."""

    index: int
    """of the member among the made-up ones"""
    field: str
    code: str


@dataclass(frozen=True, slots=True)
class DemoResult:
    planted: list[Planted]
    imported: importing.ImportResult
    released: int
    exported: exporting.ExportResult
    opened: Opened


def run(
    rows: int,
    keep: Path | None,
    say: Say,
    progress: Progress | None = None,
    pack_id: str = PACK,
) -> DemoResult:
    """Go through the whole job; ``keep`` leaves its files in that folder, else none stay.

    Raises ``WrongUse demo.folder_in_use`` where ``keep`` holds a workspace already, and whatever
    the steps raise.
    """
    with _folder(keep) as folder:
        return _run(rows, folder, keep is not None, say, progress, open_pack(pack_id))


def _run(
    rows: int, folder: Path, kept: bool, say: Say, progress: Progress | None, pack: Pack
) -> DemoResult:
    home = folder / "workspace"
    say(
        Text(
            f"1 建立工作区：加密库、试用签名身份、虚构省总工会的收件密钥（{pack.title}）",
            f"1 Make a workspace: encrypted store, trial signer, keys of a made-up province"
            f" ({pack.id})",
        )
    )
    made = init_workspace(home, PASSPHRASE, pack.id, OPERATOR, UNIT, made_up.union_code(900_000))
    session = made.session
    try:
        for path in made.trial_files:
            shutil.copy2(path, folder / path.name)
        people = made_up.make(pack, rows)
        planted = plant(pack, people)
        right = made_up.make(pack, rows)
        filled = places.make_folder(folder / "filled")
        books = writing.write_workbooks(pack, writing.TableSource(people.tables()), filled)
        say(
            Text(
                f"2 写出工作簿：{rows} 名虚构会员，{len(books)} 个文件，"
                f"故意放入 {len(planted)} 处错误（{filled}）",
                f"2 Write workbooks: {rows} made-up members, {len(books)} files,"
                f" {len(planted)} errors planted ({filled})",
            )
        )
        imported = importing.import_files(session, books, None, progress)
        _say_import(imported, say)
        gate = exporting.gate(session)
        say(
            Text(
                "4 上报前检查："
                + ("；".join(item.text.zh for item in gate.blockers) or "没有问题"),
                "4 Gate before the export: "
                + ("; ".join(item.text.en for item in gate.blockers) or "nothing against it"),
            )
        )
        released = _mend(session, pack, right)
        left = session.store.parked_count(None, None)
        say(
            Text(
                f"5 修正：改好 {released} 行，还有 {left} 行待修",
                f"5 Mend: {released} rows mended, {left} still parked",
            )
        )
        exported = exporting.export(session, folder, workbooks=True, progress=progress)
        say(
            Text(
                f"6 封装上报包：{exported.bundle}（第 {exported.sequence} 号，"
                f"校对短码 {exported.short_code}），省模板工作簿 {len(exported.workbooks)} 个",
                f"6 Seal the bundle: {exported.bundle} (sequence {exported.sequence}, short code"
                f" {exported.short_code}), {len(exported.workbooks)} workbooks of the province",
            )
        )
        opened = receiving.open_bundle(
            exported.bundle,
            folder / "ca-and-crl.pem",
            receiving.load_key(folder / "recipient.key", folder / "recipient.crt", str),
            folder / "opened",
            folder / "receiver",
        )
        say(
            Text(
                f"7 收件方验证签名并解开：{folder / 'opened'}；再收同一个包会被拒绝",
                f"7 The receiver verifies and unpacks: {folder / 'opened'};"
                " the same bundle again would be refused",
            )
        )
        if kept:
            _say_files(folder, exported, say)
        else:
            say(
                Text(
                    "完成；演示文件已删除（用 --keep DIR 保留）",
                    "Done; the demonstration's files are gone (--keep DIR keeps them)",
                )
            )
        return DemoResult(planted, imported, released, exported, opened)
    finally:
        session.close()


def plant(pack: Pack, people: MadeUp) -> list[Planted]:
    """Spoil one cell each of some members; every row is spoilt at most once."""
    members = people.records[Kind.MEMBER]
    faults = [fault for fault in _faults(pack) if len(members) > 1 or fault[1] != _TWICE]
    count = min(len(faults), len(members))
    planted: list[Planted] = []
    for number, (field_id, code, spoil) in enumerate(faults[:count]):
        index = len(members) - 1 - number * len(members) // (count + 1)
        if any(item.index == index for item in planted):
            continue
        row = members[index]
        row[field_id] = members[0][field_id] if code == _TWICE else spoil(row[field_id])
        if field_id == "unit_name":
            row["unit_code"] = ""
        planted.append(Planted(index, field_id, code))
    return planted


_TWICE = "unique.in_file"


def _faults(pack: Pack) -> list[tuple[str, str, Callable[[str], str]]]:
    """Faults that the pack calls errors: one it only warns of would not be parked."""
    strict = {
        (rule.kind, field_id)
        for rule in pack.rules
        if rule.record is Kind.MEMBER and rule.severity is Severity.ERROR
        for field_id in rule.fields
    }
    dates = [name for kind, name in strict if kind == "date"]
    choices = [name for kind, name in strict if kind == "choice" and name not in _TOLD_BY_ID]
    wanted: list[tuple[str, str, str, Callable[[str], str]]] = [
        ("resident_id_or_document", "id_number", "resident_id.check_digit", _other_check_digit),
        ("phone", "phone", "phone.format", lambda text: text[:-1]),
        ("required", "name", "required.missing", lambda text: ""),
        ("date", min(dates, default=""), "date.not_a_date", lambda text: "2020-13-45"),
        ("choice", min(choices, default=""), "choice.unknown", lambda text: "清单里没有的一项"),
        ("unique", "id_number", _TWICE, lambda text: text),
        ("reference", "unit_name", "reference.unit_missing", lambda text: "没有采集的单位"),
    ]
    return [
        (field_id, code, spoil)
        for kind, field_id, code, spoil in wanted
        if (kind, field_id) in strict
    ]


_TOLD_BY_ID = ("id_type", "gender")
"""a fault there would be one of the ID number as well"""


def _other_check_digit(number: str) -> str:
    return number[:17] + ("1" if number[17] != "1" else "2")


def _mend(session: Session, pack: Pack, right: MadeUp) -> int:
    """Type into every parked row what the made-up person's papers say."""
    by_number: dict[str, Values] = {}
    for row in right.records[Kind.MEMBER]:
        by_number[row["phone"]] = by_number[row["id_number"]] = row
    edits: list[CellEdit] = []
    for held in fixing.parked(session, Kind.MEMBER):
        for index, number in enumerate(held.ids):
            row = held.table.record(index)
            known = by_number.get(row.get("phone", "")) or by_number[row["id_number"]]
            edits.extend(
                CellEdit(number, item.id, known[item.id])
                for item in pack.fields_of(Kind.MEMBER)
                if item.id in row and row[item.id] != known.get(item.id, "")
            )
    return fixing.apply(session, edits).released


def _say_import(done: importing.ImportResult, say: Say) -> None:
    errors = counts_by_severity(done.findings)["error"]
    codes = ", ".join(f"{code} × {count}" for code, count in errors.items())
    added, parked = done.counts[Outcome.ADDED], done.counts[Outcome.PARKED]
    say(
        Text(
            f"3 导入并检查：{done.rows} 行，入库 {added}，待修 {parked}（{codes}）",
            f"3 Import and check: {done.rows} rows, {added} added, {parked} parked ({codes})",
        )
    )


def _say_files(folder: Path, exported: exporting.ExportResult, say: Say) -> None:
    name = exported.bundle.name
    say(
        Text(
            f"文件都在 {folder}：{name}、recipient.crt、recipient.key、ca.pem、ca-and-crl.pem、"
            f"workbooks、workspace（口令 {PASSPHRASE}）。不用本程序也能打开：",
            f"All files are in {folder}: {name}, recipient.crt, recipient.key, ca.pem,"
            f" ca-and-crl.pem, workbooks, workspace (passphrase {PASSPHRASE})."
            " Stock tools open it too:",
        )
    )
    opening = (
        f"openssl cms -decrypt -binary -inform DER -in {name} -recip recipient.crt"
        " -inkey recipient.key -out signed.p7s"
    )
    verifying = (
        "openssl cms -verify -cades -crl_check -binary -inform DER -in signed.p7s"
        " -CAfile ca-and-crl.pem -out payload.zip"
    )
    for line in (opening, verifying, "unzip payload.zip"):
        say(Text(f"  {line}", f"  {line}"))


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="collector-demo-") as name:
            yield Path(name)
        return
    folder = keep.expanduser().absolute()
    if folder.exists() and any(folder.iterdir()):
        raise WrongUse(
            "demo.folder_in_use",
            Text("这个文件夹里已有东西。", "The folder is not empty."),
            Text("请给一个空的或新的文件夹。", "Name an empty or a new one."),
            {"file": str(folder)},
        )
    yield places.make_folder(folder)
