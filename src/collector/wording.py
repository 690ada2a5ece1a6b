"""A sentence for people, in Chinese first and English second."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """The same sentence in both languages.

    Neither may ever hold a person's data: only places, labels of fields and limits.
    """

    zh: str
    en: str

    def filled(self, **values: object) -> Text:
        """The sentence with ``{name}`` places filled in both languages."""
        return Text(self.zh.format(**values), self.en.format(**values))

    def said(self, lang: str = "zh") -> str:
        return self.en if lang == "en" else self.zh
