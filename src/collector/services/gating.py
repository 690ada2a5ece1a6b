"""Before an export: what forbids it, what a person should know, and how much there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from collector.errors import GateRefused, WrongUse
from collector.model import (
    FIELDS,
    KEY_FIELD,
    KIND_NAMES,
    Finding,
    Kind,
    Severity,
    Status,
    Table,
)
from collector.packs.spec import Pack
from collector.packs.translating import own_fields, translate
from collector.progress import Progress
from collector.rules.base import Rule
from collector.services import equivalents, linking, waivers
from collector.services.checking import explain
from collector.services.judging import judge
from collector.services.pack_notices import notices
from collector.services.session import Session
from collector.store import Store
from collector.store.waivers import Waiver
from collector.wording import Text

SENT = (Status.VALID, Status.SUBMITTED, Status.ACCEPTED)
"""What goes into a submission: sound records, sent before or not."""

_SHOWN = 1000
_SAID = 5
"""reasons a refusal tells in words"""

_Reason = tuple[str, str, Severity]
"""code, field and severity: what one sentence can say of many records"""


@dataclass(frozen=True, slots=True)
class GateItem:
    """One reason, with how many records it concerns and the first of them."""

    code: str
    kind: Kind | None
    count: int
    text: Text
    keys: tuple[str, ...] = ()
    """keys of the first records concerned: data, for the window only, never for a message"""


@dataclass(frozen=True, slots=True)
class Gate:
    blockers: list[GateItem]
    warnings: list[GateItem]
    totals: dict[Kind, int]
    """records that would be sent"""

    @property
    def is_open(self) -> bool:
        return not self.blockers

    def refuse(self) -> None:
        """Raises ``GateRefused export.refused`` where there is a blocker."""
        if self.blockers:
            said = [item.text for item in self.blockers[:_SAID]]
            more = len(self.blockers) - len(said)
            if more:
                said.append(Text(f"另有 {more} 项", f"{more} more reasons"))
            raise GateRefused(
                "export.refused",
                Text(
                    "现在还不能上报：" + "；".join(item.zh for item in said) + "。",
                    "Cannot be submitted yet: " + "; ".join(item.en for item in said) + ".",
                ),
                Text(
                    "先在修正台改好这些，没有填写的可用补录表（collector missing）补齐；"
                    "待修的行暂不上报时可用 --leave-parked。",
                    "Mend these first, what is empty with a list (collector missing);"
                    " --leave-parked leaves the parked rows behind.",
                ),
                counted(self.blockers),
            )


def counted(items: Iterable[GateItem]) -> dict[str, int]:
    """Finding or gate code -> how many, of all kinds and fields together."""
    sums: Counter[str] = Counter()
    for item in items:
        sums[item.code] += item.count
    return dict(sums)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which unions an export covers; None: all there are."""

    unions: frozenset[str] | None = None

    def covers(self, kind: Kind, table: Table) -> Table:
        """The rows of the table that belong to the scope."""
        if self.unions is None:
            return table
        kept = [
            index for index, code in enumerate(_union_codes(kind, table)) if code in self.unions
        ]
        return Table(
            kind,
            {name: [texts[index] for index in kept] for name, texts in table.columns.items()},
            [table.rows[index] for index in kept],
        )


def _union_codes(kind: Kind, table: Table) -> list[str]:
    if kind is Kind.UNION:
        return [
            code or temporary
            for code, temporary in zip(
                table.column("uscc"), table.column("temporary_code"), strict=True
            )
        ]
    return table.column("parent_union" if kind is Kind.UNIT else "union_code")


def scope(session: Session, union: str | None) -> Scope:
    """A union and all below it. Raises ``WrongUse export.no_such_union``."""
    if not union:
        return Scope()
    below: dict[str, set[str]] = {}
    known: set[str] = set()
    index = linking.stored_index(session.store)
    for table in linking.stream(
        session.store, Kind.UNION, ("uscc", "temporary_code"), index, session.pack
    ):
        for code, parent in zip(
            _union_codes(Kind.UNION, table), table.column("parent_code"), strict=True
        ):
            known.add(code)
            below.setdefault(parent, set()).add(code)
    wanted = union.strip().upper()
    if wanted not in known:
        raise WrongUse(
            "export.no_such_union",
            Text("库里没有这个工会代码。", "There is no union of that code."),
            Text("请核对代码，见 collector list union。", "Check it with collector list union."),
        )
    covered: set[str] = set()
    waiting = [wanted]
    while waiting:
        code = waiting.pop()
        if code not in covered:
            covered.add(code)
            waiting.extend(below.get(code, ()))
    return Scope(frozenset(covered))


def fields_sent(pack: Pack, kind: Kind) -> tuple[str, ...]:
    """National field ids in their order, then those only the pack knows."""
    own = (item.id for item in pack.fields_of(kind) if item.id not in FIELDS[kind])
    return (*FIELDS[kind], *own)


def columns_sent(pack: Pack, kind: Kind) -> tuple[str, ...]:
    """What is asked of the store for them: what ``translate`` needs stands beside."""
    return (*fields_sent(pack, kind), *own_fields(pack, kind))


def records_sent(
    session: Session,
    kind: Kind,
    pack: Pack,
    covered: Scope,
    index: linking.Index,
    beside: Sequence[str] = (),
    by_key: bool = True,
) -> Iterator[Table]:
    """What goes into the submission, in chunks, with the labels of the pack it is for.

    By key, so that the same records are the same file; else as they came, which reads faster.
    ``beside`` are further columns of the store, such as ``id``.
    """
    agreed = equivalents.agreed(session, pack.id)
    wanted = (*columns_sent(pack, kind), *beside)
    for table in linking.stream(
        session.store, kind, wanted, index, session.pack, SENT, by_key=by_key
    ):
        kept = covered.covers(kind, table)
        translate(kept, pack, agreed)
        if len(kept):
            yield kept


def gate(
    session: Session,
    pack: Pack,
    covered: Scope,
    leave_parked: bool,
    today: date,
    progress: Progress | None = None,
) -> Gate:
    """Judge every record to be sent by the pack it is sent with; nothing is written."""
    store = session.store
    blockers: list[GateItem] = []
    warnings: list[GateItem] = []
    parked = store.parked_count(None, None)
    if parked:
        (warnings if leave_parked else blockers).append(
            GateItem(
                "export.parked",
                None,
                parked,
                Text(f"有 {parked} 行待修", f"{parked} rows are parked"),
            )
        )
    warnings.extend(
        GateItem(item.code, None, 0, Text(item.text.zh.rstrip("。"), item.text.en.rstrip(".")))
        for item in notices(pack, today)
    )
    index = linking.stored_index(store)
    totals: dict[Kind, int] = {}
    for kind in Kind:
        totals[kind], found = _judge_kind(session, kind, pack, covered, index, today, progress)
        for item, severity in found:
            (blockers if severity is Severity.ERROR else warnings).append(item)
    blockers.extend(_returned(store))
    warnings.extend(_left_behind(store))
    warnings.extend(_doubled(store))
    if not sum(totals.values()):
        blockers.append(
            GateItem(
                "export.nothing", None, 0, Text("没有可上报的记录", "there is nothing to send")
            )
        )
    return Gate(blockers, warnings, totals)


def _judge_kind(
    session: Session,
    kind: Kind,
    pack: Pack,
    covered: Scope,
    index: linking.Index,
    today: date,
    progress: Progress | None,
) -> tuple[int, list[tuple[GateItem, Severity]]]:
    total = 0
    counts: Counter[_Reason] = Counter()
    keys: dict[_Reason, list[str]] = {}
    said: dict[_Reason, Text] = {}
    asked = [item.id for item in pack.fields_of(kind)]
    judged = _without_lists(pack.rules, kind)
    looked_into = waivers.of_records(session, kind)
    waived = 0
    for table in records_sent(
        session, kind, pack, covered, index, ("id",) if looked_into else (), by_key=False
    ):
        total += len(table)
        if progress is not None:
            progress.step(Text("上报前检查", "Checking before the export"), total, 0)
        for field_id in asked:
            table.columns.setdefault(field_id, [""] * len(table))
        key = table.column(KEY_FIELD[kind])
        if asked:
            for finding in judge(pack, [table], session.store.lookup(), today, rules=judged):
                if looked_into and _is_waived(finding, table, looked_into):
                    waived += 1
                    continue
                reason = (finding.code, finding.field, finding.severity)
                counts[reason] += 1
                if reason not in said:
                    said[reason] = explain(finding, pack).sentence
                held = keys.setdefault(reason, [])
                if len(held) < _SHOWN:
                    held.append(key[finding.index] if finding.index >= 0 else "")
        if kind is Kind.MEMBER:
            for place, found in enumerate(linking.attached(table, index)):
                if not found:
                    counts[_UNATTACHED] += 1
                    held = keys.setdefault(_UNATTACHED, [])
                    if len(held) < _SHOWN:
                        held.append(key[place])
    found_right = [
        (
            GateItem(
                "export.waived",
                kind,
                waived,
                Text(
                    f"{waived} 处{KIND_NAMES[kind].zh}的提醒已经核实无误，原因写在记录里",
                    f"{waived} warnings about {KIND_NAMES[kind].en} were looked into",
                ),
            ),
            Severity.WARNING,
        )
    ]
    return total, found_right * bool(waived) + [
        (
            GateItem(reason[0], kind, count, _said(reason, kind, count, said), tuple(keys[reason])),
            reason[2],
        )
        for reason, count in sorted(counts.items())
        if reason[2] is not Severity.INFO
    ]


_UNATTACHED: _Reason = ("export.unattached", "", Severity.ERROR)


def _is_waived(finding: Finding, table: Table, known: Mapping[waivers.Key, Waiver]) -> bool:
    if finding.index < 0 or finding.severity is Severity.ERROR:
        return False
    number = int(table.columns["id"][finding.index])
    given = known.get((number, finding.field, finding.code))
    return given is not None and given.value == table.column(finding.field)[finding.index]


def _said(reason: _Reason, kind: Kind, count: int, said: Mapping[_Reason, Text]) -> Text:
    name = KIND_NAMES[kind]
    if reason == _UNATTACHED:
        return Text(
            f"{count} 名会员没有对应的单位或工会（空挂会员）",
            f"{count} members without a known unit or union",
        )
    sentence = said[reason]
    return Text(
        f"{count} 条{name.zh}记录：{sentence.zh.rstrip('。')}", f"{count} {name.en}: {sentence.en}"
    )


def _without_lists(rules: Iterable[Rule], kind: Kind) -> list[Rule]:
    """Rules of this kind; keys are unique in the store by its own constraint."""
    return [rule for rule in rules if rule.record is kind and rule.kind != "unique"]


def _returned(store: Store) -> list[GateItem]:
    returned = sum(store.count(kind, Status.RETURNED) for kind in Kind)
    if not returned:
        return []
    return [
        GateItem(
            "export.returned",
            None,
            returned,
            Text(f"{returned} 条退回的记录还没有改", f"{returned} returned records are not mended"),
        )
    ]


def _left_behind(store: Store) -> list[GateItem]:
    drafts = sum(store.count(kind, Status.DRAFT) for kind in Kind)
    if not drafts:
        return []
    return [
        GateItem(
            "export.drafts",
            None,
            drafts,
            Text(f"{drafts} 条草稿不上报", f"{drafts} drafts are left out"),
        )
    ]


def _doubled(store: Store) -> list[GateItem]:
    """Possible duplicates are no blocker: a suspicion of the program's forbids nobody anything."""
    waiting = sum(store.duplicates.counts().values())
    if not waiting:
        return []
    return [
        GateItem(
            "export.duplicates",
            None,
            waiting,
            Text(
                f"{waiting} 条疑似重复还没有看（查重）",
                f"{waiting} possible duplicates were not looked at",
            ),
        )
    ]
