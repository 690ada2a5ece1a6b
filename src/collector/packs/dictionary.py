"""A list of labels a field may hold, with aliases and pinyin initials."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_SAME = str.maketrans(
    {
        "、": ",",
        ";": ",",
        "[": "(",
        "]": ")",
        "【": "(",
        "】": ")",
        "〔": "(",
        "〕": ")",
        "\u200b": None,
        "\u200c": None,
        "\u200d": None,
        "\ufeff": None,
    }
)


def label_key(text: str) -> str:
    """What two spellings of one label have in common.

    Width, white space, case and the shape of brackets and commas do not tell labels apart.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_SAME).casefold()
    return "".join(folded.split())


@dataclass(frozen=True, slots=True)
class Entry:
    code: str
    label: str
    """the canonical label, as the store keeps it"""
    pinyin: str = ""
    """initials, lower case"""
    source: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dictionary:
    id: str
    title: str
    entries: tuple[Entry, ...]
    official: bool = False
    """whether the province itself published this list; an assumed one can be changed in the pack"""
    takes_codes: bool = False
    """whether a person may write the code instead of the label. Only for lists whose codes mean
    the same everywhere: in Hainan's system 03 is 群众, in GB/T 4762 it is 共青团员"""
    source: str = ""
    note: str = ""
    _canonical: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = self._canonical
        for spelling, label in self._spellings():
            known.setdefault(spelling, label)
            known.setdefault(label_key(spelling), label)

    def _spellings(self) -> Iterator[tuple[str, str]]:
        """Labels first, so that no alias or code can take a label's place."""
        for entry in self.entries:
            yield entry.label, entry.label
        for entry in self.entries:
            for alias in entry.aliases:
                yield alias, entry.label
        if self.takes_codes:
            for entry in self.entries:
                if entry.code:
                    yield entry.code, entry.label

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(entry.label for entry in self.entries)

    def canonical(self, text: str) -> str | None:
        """The canonical label for a label, alias or code as people write it; None if unknown."""
        known = self._canonical
        found = known.get(text)
        if found is None and text:
            found = known.get(label_key(text))
        return found

    def search(self, typed: str) -> Sequence[Entry]:
        """Entries whose code, pinyin initials, label or alias begin with or contain ``typed``.

        The likeliest first: the very label or code, then what begins with it, then what holds it;
        entries of one rank stay in the list's own order. Nothing typed gives the whole list.
        """
        wanted = label_key(typed)
        if not wanted:
            return self.entries
        ranked = [
            (rank, place)
            for place, entry in enumerate(self.entries)
            if (rank := _rank(entry, wanted)) is not None
        ]
        return [self.entries[place] for _, place in sorted(ranked)]


def _rank(entry: Entry, wanted: str) -> int | None:
    label, code = label_key(entry.label), entry.code.casefold()
    aliases = [label_key(alias) for alias in entry.aliases]
    if wanted in (label, code, entry.pinyin) or wanted in aliases:
        return 0
    if label.startswith(wanted) or code.startswith(wanted):
        return 1
    if entry.pinyin.startswith(wanted):
        return 2
    if wanted in label or any(wanted in alias for alias in aliases):
        return 3
    return 4 if wanted in entry.pinyin else None
