"""A list of labels a field may hold, with aliases and pinyin initials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


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
    _canonical: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(entry.label for entry in self.entries)

    def canonical(self, text: str) -> str | None:
        """The canonical label for a label, alias or code as people write it; None if unknown."""
        raise NotImplementedError

    def search(self, typed: str) -> Sequence[Entry]:
        """Entries whose code, pinyin initials or label begin with or contain ``typed``."""
        raise NotImplementedError
