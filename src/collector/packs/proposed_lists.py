"""The list a draft pack takes from a drop-down, set against the known list of the field."""

from __future__ import annotations

from dataclasses import dataclass

from collector.packs.dictionary import Dictionary, Entry, label_key
from collector.packs.observed import ObservedList
from collector.packs.vocabulary import Meaning


@dataclass(frozen=True, slots=True)
class ProposedList:
    id: str
    """of the known list it stands for; empty for one of this province alone"""
    entries: tuple[Entry, ...]
    spelling: tuple[tuple[str, str], ...] = ()
    """(label, how the province misspells it)"""
    own: bool = True
    """whether the labels are those of the workbook"""
    doubts: tuple[str, ...] = ()


def likeness(choices: ObservedList | None, known: Dictionary | None) -> float:
    """0 to 1: the share of labels two lists have in common."""
    if choices is None or known is None or not choices.labels:
        return 0.0
    one = {label_key(label) for label in choices.labels}
    other = {label_key(label) for label in known.labels}
    return len(one & other) / len(one | other)


def propose_list(choices: ObservedList | None, meaning: Meaning | None) -> ProposedList:
    """The workbook's own labels; those of the known list where it shows none, with a doubt."""
    known = meaning.dictionary if meaning else None
    name = known.id if known else ""
    if choices is None or choices.fault:
        doubt = "list.missing" if choices is None else "list.unreadable"
        return ProposedList(name, known.entries if known else (), (), False, (doubt,))
    right = {own: label for label, own in (meaning.spelling if meaning else {}).items()}
    entries: list[Entry] = []
    spelling: list[tuple[str, str]] = []
    seen: set[str] = set()
    for own in choices.labels:
        label = right.get(own, own)
        if label_key(label) in seen:
            continue
        seen.add(label_key(label))
        if label != own:
            spelling.append((label, own))
        entries.append(Entry("", label))
    doubts = ["list.repeated"] if choices.repeated or len(entries) < len(choices.labels) else []
    if known is not None:
        entries = _with_aliases(entries, known)
        shared = sum(known.canonical(entry.label) is not None for entry in entries)
        if 2 * shared < len(entries):
            doubts.append("list.differs")
    return ProposedList(name, tuple(entries), tuple(spelling), True, tuple(doubts))


def _with_aliases(entries: list[Entry], known: Dictionary) -> list[Entry]:
    """Aliases and initials of the labels both lists have; no alias may be another label."""
    labels = {label_key(entry.label) for entry in entries}
    by_label = {label_key(entry.label): entry for entry in known.entries}
    found = []
    for entry in entries:
        same = by_label.get(label_key(entry.label))
        if same is None:
            found.append(entry)
            continue
        aliases = tuple(name for name in same.aliases if label_key(name) not in labels)
        found.append(Entry("", entry.label, same.pinyin, "", aliases))
    return found
