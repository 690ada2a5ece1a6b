"""Labels no list knows, each matched once for all the rows that have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from collector.errors import WrongUse
from collector.model import Finding, Kind, Table
from collector.packs import Dictionary, Pack
from collector.packs.dictionary import label_key
from collector.rules.suggestions import suggest
from collector.services import fixing, parking
from collector.services.fixing import CellEdit, FixResult
from collector.services.session import Session
from collector.sheets.reading import Reading
from collector.store import KeptAlias
from collector.wording import Text

UNKNOWN = "choice.unknown"
_GUESSES = 5


@dataclass(frozen=True, slots=True)
class UnknownLabel:
    """One text that stands in a column with a list and is not in the list."""

    kind: Kind
    field: str
    label: str
    """the pack's header of the field"""
    list_id: str
    text: str
    """as most rows write it"""
    count: int
    files: int
    guesses: tuple[str, ...]
    """labels it may mean, likeliest first; never taken by themselves"""

    @property
    def key(self) -> tuple[Kind, str, str]:
        return self.kind, self.field, label_key(self.text)


@dataclass(frozen=True, slots=True)
class Match:
    """A text that means a label of the field's list; ``remember`` it for all later imports."""

    kind: Kind
    field: str
    text: str
    label: str
    remember: bool = False


def unknown(
    session: Session, tables: Iterable[tuple[Table, Sequence[Finding]]]
) -> list[UnknownLabel]:
    """Distinct unknown labels of the tables with how often they stand there, by field and count.

    Beside each table its own findings (by kind, file and sheet).
    """
    spelt: dict[tuple[Kind, str, str], Counter[str]] = {}
    files: dict[tuple[Kind, str, str], set[int]] = {}
    for table, findings in tables:
        for finding in findings:
            if finding.code != UNKNOWN or finding.index < 0 or finding.field not in table.columns:
                continue
            text = table.columns[finding.field][finding.index]
            key = (table.kind, finding.field, label_key(text))
            if text:
                spelt.setdefault(key, Counter())[text] += 1
                files.setdefault(key, set()).add(table.file)
    found: list[UnknownLabel] = []
    for (kind, field_id, _), texts in spelt.items():
        item = session.pack.field_of(kind, field_id)
        listed = session.pack.dictionaries.get(item.dictionary) if item is not None else None
        if item is None or listed is None:
            continue
        text = texts.most_common(1)[0][0]
        found.append(
            UnknownLabel(
                kind,
                field_id,
                " ".join(item.header.split()),
                listed.id,
                text,
                sum(texts.values()),
                len(files[kind, field_id, label_key(text)]),
                guesses(session, listed, text),
            )
        )
    kinds = list(Kind)
    return sorted(found, key=lambda item: (kinds.index(item.kind), item.field, -item.count))


def in_files(
    session: Session, read: Sequence[tuple[Reading, Sequence[Finding]]]
) -> list[UnknownLabel]:
    """Those of files that were read and checked: each with its findings."""
    pairs: list[tuple[Table, Sequence[Finding]]] = []
    for place, (each, findings) in enumerate(read):
        mine: dict[tuple[int, str, Kind | None], list[Finding]] = {}
        for finding in findings:
            if finding.code == UNKNOWN:
                mine.setdefault((finding.file, finding.sheet, finding.kind), []).append(finding)
        for table in each.tables:
            own = mine.get((table.file, table.sheet, table.kind), [])
            if own:
                pairs.append((replace(table, file=place), own))
    return unknown(session, pairs)


def in_parked(session: Session) -> list[UnknownLabel]:
    """Those of rows that wait to be mended."""
    return unknown(session, [(held.table, held.findings) for held in parking.load(session)])


def guesses(session: Session, listed: Dictionary, text: str) -> tuple[str, ...]:
    """Labels the text may mean: found by the list's own search, or spelt alike; the likest
    first, those as like in the list's order."""
    found = {entry.label for entry in listed.search(text)}
    alike = suggest(UNKNOWN, "choice", text, listed.labels, session.today)
    found |= {item.value for item in alike}
    place = {label: number for number, label in enumerate(listed.labels)}

    def rank(label: str) -> tuple[float, int]:
        likeness = SequenceMatcher(None, text, label, autojunk=False).ratio()
        return -round(likeness, 1), place.get(label, len(place))

    return tuple(sorted(found, key=rank)[:_GUESSES])


def resolve(session: Session, kind: Kind, field_id: str, typed: str) -> str:
    """The label a person means by its text, alias, code, or by pinyin initials only it has.

    Raises ``WrongUse values.no_such_field`` and ``values.no_such_label``.
    """
    listed = _list_of(session.pack, kind, field_id)
    label = listed.canonical(typed)
    if label is None:
        coded = [
            entry.label
            for entry in listed.entries
            if label_key(typed) in (entry.code.casefold(), entry.pinyin)
        ]
        label = coded[0] if len(coded) == 1 else None
    if label is None:
        raise WrongUse(
            "values.no_such_label",
            Text(
                f"“{listed.title}”清单里没有这一项。",
                f"The list “{listed.title}” has no such label.",
            ),
            Text(
                "请写清单里的名称、代码或拼音首字母；collector pack show 列出各项用的清单。",
                "Give a label of the list, its code or its pinyin initials.",
            ),
            {"field": field_id},
        )
    return label


def apply(read: Iterable[Reading], matches: Sequence[Match]) -> int:
    """Put the labels into the tables; what was typed is kept. Gives the cells set.

    The files are to be considered again afterwards.
    """
    wanted = _by_field(matches)
    done = 0
    for each in read:
        for table in each.tables:
            for (kind, field_id), labels in wanted.items():
                if table.kind is kind and field_id in table.columns:
                    done += _fill(table, field_id, labels)
    return done


def apply_parked(session: Session, matches: Sequence[Match]) -> FixResult:
    """The same for rows that wait: those in order then become records."""
    wanted = _by_field(matches)
    edits: list[CellEdit] = []
    for held in parking.load(session):
        faulty = {(item.index, item.field) for item in held.findings if item.code == UNKNOWN}
        for (kind, field_id), labels in wanted.items():
            if held.table.kind is kind:
                edits += [
                    CellEdit(number, field_id, labels[label_key(text)])
                    for index, (number, text) in enumerate(
                        zip(held.ids, held.table.column(field_id), strict=True)
                    )
                    if (index, field_id) in faulty and label_key(text) in labels
                ]
    return fixing.apply(session, edits)


def remember(session: Session, matches: Sequence[Match]) -> int:
    """Keep those that are to be remembered as aliases of the workspace; gives how many."""
    kept = {
        (_list_of(session.pack, match.kind, match.field).id, label_key(match.text)): match
        for match in matches
        if match.remember
    }
    if kept:
        session.store.aliases.keep(
            session.pack.id,
            [(listed, key, match.text, match.label) for (listed, key), match in kept.items()],
        )
    return len(kept)


def remembered(session: Session) -> list[KeptAlias]:
    """Spellings remembered for the workspace's pack."""
    return session.store.aliases.all(session.pack.id)


def forget(session: Session, list_id: str, text: str) -> bool:
    """The next import asks about the spelling again; whether it was remembered."""
    return session.store.aliases.forget(session.pack.id, list_id, label_key(text))


def labels_of(pack: Pack, matches: Sequence[Match]) -> dict[str, dict[str, str]]:
    """list id -> {key of a spelling: label}, as layouts keep them."""
    found: dict[str, dict[str, str]] = {}
    for match in matches:
        listed = _list_of(pack, match.kind, match.field)
        found.setdefault(listed.id, {})[label_key(match.text)] = match.label
    return found


def reading_pack(session: Session) -> Pack:
    """The pack with its lists knowing the remembered spellings too: for reading files."""
    spellings: dict[str, dict[str, str]] = {}
    for alias in remembered(session):
        spellings.setdefault(alias.list, {})[alias.key] = alias.label
    return with_spellings(session.pack, spellings)


def with_spellings(pack: Pack, spellings: Mapping[str, Mapping[str, str]]) -> Pack:
    """The pack with more aliases in its lists (list id -> {key: label}). A spelling the pack
    itself knows by now is the pack's."""
    lists = dict(pack.dictionaries)
    for list_id, labels in spellings.items():
        listed = lists.get(list_id)
        if listed is not None:
            own = {key: label for key, label in labels.items() if listed.canonical(key) is None}
            lists[list_id] = _with_aliases(listed, own)
    return replace(pack, dictionaries=lists) if lists != dict(pack.dictionaries) else pack


def _with_aliases(listed: Dictionary, labels: Mapping[str, str]) -> Dictionary:
    more: dict[str, list[str]] = {}
    for key, label in labels.items():
        more.setdefault(label, []).append(key)
    entries = tuple(
        replace(entry, aliases=(*entry.aliases, *more[entry.label]))
        if entry.label in more
        else entry
        for entry in listed.entries
    )
    return replace(listed, entries=entries, _canonical={})


def _by_field(matches: Sequence[Match]) -> dict[tuple[Kind, str], dict[str, str]]:
    wanted: dict[tuple[Kind, str], dict[str, str]] = {}
    for match in matches:
        wanted.setdefault((match.kind, match.field), {})[label_key(match.text)] = match.label
    return wanted


def _fill(table: Table, field_id: str, labels: Mapping[str, str]) -> int:
    before = table.columns[field_id]
    known = {text: labels[label_key(text)] for text in set(before) if label_key(text) in labels}
    if not known:
        return 0
    changed = [index for index, text in enumerate(before) if text in known]
    typed = table.originals.setdefault(field_id, {})
    for index in changed:
        typed.setdefault(index, before[index])
    table.columns[field_id] = [known.get(text, text) for text in before]
    return len(changed)


def _list_of(pack: Pack, kind: Kind, field_id: str) -> Dictionary:
    item = pack.field_of(kind, field_id)
    listed = pack.dictionaries.get(item.dictionary) if item is not None else None
    if listed is None:
        raise WrongUse(
            "values.no_such_field",
            Text("这一项没有选项清单。", "This field has no list."),
            Text("请写有清单的项目，如 ethnicity。", "Name a field that has a list."),
            {"field": field_id},
        )
    return listed
