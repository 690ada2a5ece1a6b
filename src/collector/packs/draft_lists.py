"""The dictionaries of a draft pack: the drop-downs of the workbook, as files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from collector.packs.draft_toml import said_in_toml, toml_table
from collector.packs.headers import header_key
from collector.packs.proposals import ProposedColumn


class DraftLists:
    """The dictionaries of the draft; columns with the very same list share one."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self._titles: dict[str, tuple[str, bool]] = {}
        self._spellings: dict[str, tuple[tuple[str, str], ...]] = {}

    def take(self, column: ProposedColumn) -> str:
        listed = column.listed
        if listed is None or not listed.entries:
            return ""
        written = io.StringIO(newline="")
        rows = csv.writer(written, lineterminator="\n")
        rows.writerow(("code", "label", "source", "status", "alias", "pinyin"))
        source, status = (
            ("表样的下拉清单", "province") if listed.own else ("已知的清单", "inferred")
        )
        for entry in listed.entries:
            aliases = "|".join(entry.aliases)
            rows.writerow((entry.code, entry.label, source, status, aliases, entry.pinyin))
        text = written.getvalue()
        wanted = listed.id or f"list_{column.observed.letter.lower()}"
        name, number = wanted, 1
        while self.files.get(name, text) != text:
            number += 1
            name = f"{wanted}_{number}"
        self.files[name] = text
        self._titles.setdefault(name, (_title(column), listed.own))
        if listed.spelling:
            self._spellings[name] = listed.spelling
        return name

    def sections(self) -> Iterator[str]:
        for name, spelling in self._spellings.items():
            lines = [f"{said_in_toml(label)} = {said_in_toml(own)}" for label, own in spelling]
            yield "\n".join([f"\n[writer.label_spelling.{said_in_toml(name)}]", *lines])
        for name, (title, own) in self._titles.items():
            pairs = {"id": name, "title": title, "official": own, "source": "表样的下拉清单"}
            yield toml_table("[[dictionary]]", pairs)


def _title(column: ProposedColumn) -> str:
    return re.sub(r"\(.*?\)", "", header_key(column.observed.header))[:60] or "清单"
