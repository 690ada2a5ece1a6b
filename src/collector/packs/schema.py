"""Reading the tables of a pack.toml key by key; every slip becomes a problem with a place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from collector.wording import Text

Option = TypeVar("Option", bound=StrEnum)
_UNKNOWN_TOLD = 20
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class PackProblem:
    """Why a pack folder is not sound: what, where in the pack, and what to do."""

    code: str
    where: str
    text: Text


@dataclass(slots=True)
class Section:
    """One table of the file. Every key asked for is known; ``close`` reports the others."""

    values: Mapping[str, Any]
    where: str
    problems: list[PackProblem]
    asked: set[str] = field(default_factory=set)

    def wrong(self, code: str, zh: str, en: str, key: str = "") -> None:
        place = f"{self.where} {key}".strip()
        self.problems.append(PackProblem(code, place, Text(zh, en)))

    def has(self, key: str) -> bool:
        return key in self.values

    def _take(self, key: str, kind: type, default: Any, needed: bool, said: Text) -> Any:
        self.asked.add(key)
        if key not in self.values:
            if needed:
                self.wrong(
                    "pack.key_missing",
                    f"缺少必须有的“{key}”。请补上这一项。",
                    f"The key {key!r} is missing. Add it.",
                    key,
                )
            return default
        found = self.values[key]
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            self.wrong(
                "pack.value",
                f"“{key}”应为{said.zh}。请改正。",
                f"{key!r} must be {said.en}. Correct it.",
                key,
            )
            return default
        return found

    def text(self, key: str, default: str = "", *, needed: bool = False, limit: int = 500) -> str:
        found: str = self._take(key, str, default, needed, Text("带引号的文字", "a text"))
        if needed and key in self.values and not found.strip():
            self.wrong("pack.value", f"“{key}”不能为空。", f"{key!r} must not be empty.", key)
        if len(found) > limit or any(ord(c) < 32 and c != "\n" for c in found):
            self.wrong(
                "pack.value",
                f"“{key}”太长（最多 {limit} 个字）或含有不可见的控制字符。请改短、重新输入。",
                f"{key!r} is longer than {limit} characters or holds control characters.",
                key,
            )
            return default
        return found

    def flag(self, key: str, default: bool = False) -> bool:
        said = Text("true 或 false（不带引号）", "true or false")
        return bool(self._take(key, bool, default, False, said))

    def whole(self, key: str, default: int, *, low: int, high: int) -> int:
        said = Text(f"{low} 到 {high} 的整数", f"a whole number from {low} to {high}")
        found: int = self._take(key, int, default, False, said)
        if not low <= found <= high:
            self.wrong("pack.value", f"“{key}”应为{said.zh}。", f"{key!r} must be {said.en}.", key)
            return default
        return found

    def texts(self, key: str, *, limit: int = 200) -> tuple[str, ...]:
        said = Text("方括号里的一列文字", "a list of texts")
        found = self._take(key, list, [], False, said)
        if self._too_many(key, found, limit):
            return ()
        if not all(isinstance(item, str) for item in found):
            self.wrong("pack.value", f"“{key}”应为{said.zh}。", f"{key!r} must be {said.en}.", key)
            return ()
        return tuple(found)

    def one_of(
        self, key: str, options: type[Option], default: Option, *, needed: bool = False
    ) -> Option:
        found = self.text(key, default.value, needed=needed)
        try:
            return options(found)
        except ValueError:
            allowed = "、".join(option.value for option in options)
            self.wrong(
                "pack.value",
                f"“{key}”只能是：{allowed}。{near(found, [o.value for o in options]).zh}",
                f"{key!r} must be one of: {allowed}. {near(found, [o.value for o in options]).en}",
                key,
            )
            return default

    def mapping(self, key: str) -> Mapping[str, Any]:
        said = Text("一个小表（花括号或 [小节]）", "a table")
        found: Mapping[str, Any] = self._take(key, dict, {}, False, said)
        return found

    def section(self, key: str) -> Section:
        return Section(self.mapping(key), f"{self.where} [{key}]".strip(), self.problems)

    def sections(self, key: str, *, needed: bool = False, limit: int = 500) -> list[Section]:
        said = Text(f"若干个 [[{key}]] 小节", f"[[{key}]] sections")
        found: Sequence[Any] = self._take(key, list, [], needed, said)
        if self._too_many(key, found, limit):
            return []
        if not all(isinstance(item, dict) for item in found):
            self.wrong("pack.value", f"“{key}”应为{said.zh}。", f"{key!r} must be {said.en}.", key)
            return []
        return [
            Section(item, f"{self.where} [[{key}]] {_name(item, number)}".strip(), self.problems)
            for number, item in enumerate(found, 1)
        ]

    def _too_many(self, key: str, found: Sequence[Any], limit: int) -> bool:
        if len(found) > limit:
            self.wrong(
                "pack.too_large",
                f"“{key}”有 {len(found)} 项，最多 {limit} 项。请删减。",
                f"{key!r} has {len(found)} items; there may be {limit}.",
                key,
            )
        return len(found) > limit

    def close(self) -> None:
        """Reports keys that nobody asked for: a misspelt key must not be passed over."""
        unknown = [key for key in self.values if key not in self.asked]
        if len(unknown) > _UNKNOWN_TOLD:
            self.wrong(
                "pack.key_unknown",
                f"这里有 {len(unknown)} 项不认识的内容，只列出前 {_UNKNOWN_TOLD} 项。"
                "请对照格式说明。",
                f"{len(unknown)} keys are not known here; {_UNKNOWN_TOLD} of them are listed.",
            )
        for key in unknown[:_UNKNOWN_TOLD]:
            shown = key[:_LONGEST_SHOWN]
            guess = near(shown, self.asked)
            self.wrong(
                "pack.key_unknown",
                f"不认识“{shown}”这一项。{guess.zh or '请删去，或升级本程序。'}",
                f"The key {shown!r} is not known. {guess.en or 'Remove it.'}",
                shown,
            )


def _name(item: Mapping[str, Any], number: int) -> str:
    said = item.get("id", "")
    said = said[:_LONGEST_SHOWN] if isinstance(said, str) else ""
    return f"{number} ({said})" if said else str(number)


def near(typed: str, options: Iterable[str]) -> Text:
    """A question whether the likest of the options was meant; empty where none is like it."""
    if len(typed) > _LONGEST_SHOWN:
        return Text("", "")
    found = difflib.get_close_matches(typed, sorted(options), 1)
    return Text(f"是不是“{found[0]}”？", f"Did you mean {found[0]!r}?") if found else Text("", "")
