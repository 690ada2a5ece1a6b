"""Patterns of a pack, matched in time that grows with the text alone (docs/decisions/0013).

A subset of what everyone knows: characters, ``.``, ``\\d``, ``[A-Z0-9-]``, ``[^...]``, groups,
``|``, ``?`` ``*`` ``+`` ``{m}`` ``{m,}`` ``{m,n}``, always for the whole text. Each character of it
becomes a position (Glushkov 1961); a text is read once, with the set of positions reached
so far, so that there is nothing to go back to: the steps are at most the length of the text times
the positions, and both are bounded. No back-references, no looking around, no lazy or possessive
signs: whoever writes one is told its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from collector.wording import Text

LONGEST_PATTERN = 300
LONGEST_TEXT = 256
"""a longer text matches nothing, unread"""
MOST_POSITIONS = 400
_MOST_NODES = 2000
_DEEPEST = 20
_MEMO = 4096

_SIGNS = frozenset("\\.[](){}|?*+^$-/ \"'&#@!,:;=<>~`%_")
"""what a backslash makes an ordinary character"""


class PatternError(ValueError):
    """Why a pattern is refused, in words."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said


@dataclass(frozen=True, slots=True)
class _Set:
    """Characters by ranges; ``inverted``: all others."""

    ranges: tuple[tuple[str, str], ...] = ()
    inverted: bool = False

    def holds(self, character: str) -> bool:
        return self.inverted != any(low <= character <= high for low, high in self.ranges)


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the automaton: the positions it may begin and end with, as bits."""

    empty: bool
    first: int
    last: int


_NOTHING = _Part(True, 0, 0)
_Maker = Callable[[], _Part]
"""builds a fresh copy of a piece each time: ``a{3}`` has three positions"""


@dataclass(slots=True)
class Pattern:
    """A compiled pattern."""

    source: str
    _sets: list[_Set]
    _follow: list[int]
    _whole: _Part
    _reach: dict[tuple[int, str], int] = field(default_factory=dict, repr=False)
    _masks: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def positions(self) -> int:
        return len(self._sets)

    def matches(self, text: str) -> bool:
        """Whether the whole text is of this form; one longer than ``LONGEST_TEXT`` is not."""
        return self.run(text)[0]

    def run(self, text: str) -> tuple[bool, int]:
        """The same, and the steps it took: at most the length of the text times the positions."""
        if len(text) > LONGEST_TEXT:
            return False, 0
        if not text:
            return self._whole.empty, 0
        steps, reached = 0, -1
        for character in text:
            known = self._reach.get((reached, character))
            if known is None:
                known, taken = self._step(reached, character)
                steps += taken
                if len(self._reach) >= _MEMO:
                    self._reach.clear()
                self._reach[reached, character] = known
            else:
                steps += 1
            reached = known
            if not reached:
                return False, steps
        return bool(reached & self._whole.last), steps

    def _step(self, reached: int, character: str) -> tuple[int, int]:
        """Positions reached by one more character; -1 stands for the beginning."""
        if reached < 0:
            return self._whole.first & self._mask(character), 1
        following, steps = 0, 0
        while reached:
            lowest = reached & -reached
            following |= self._follow[lowest.bit_length() - 1]
            reached ^= lowest
            steps += 1
        return following & self._mask(character), steps

    def _mask(self, character: str) -> int:
        mask = self._masks.get(character)
        if mask is None:
            mask = sum(1 << at for at, each in enumerate(self._sets) if each.holds(character))
            if len(self._masks) >= _MEMO:
                self._masks.clear()
            self._masks[character] = mask
        return mask


def compile_pattern(source: str) -> Pattern:
    """Raises ``PatternError`` for what is not of the subset or too large."""
    if len(source) > LONGEST_PATTERN:
        raise PatternError(
            Text(
                f"超过 {LONGEST_PATTERN} 个字符，请写短些",
                f"it is longer than {LONGEST_PATTERN} characters",
            )
        )
    return _Reader(source).read()


class _Reader:
    """Reads a pattern from left to right and builds its automaton."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._depth = 0
        self._nodes = 0
        self._sets: list[_Set] = []
        self._follow: list[int] = []

    def read(self) -> Pattern:
        if self._peek() == "^":
            self._at += 1
        maker = self._choice()
        if self._peek() == "$" and self._at == len(self._source) - 1:
            self._at += 1
        if self._at < len(self._source):
            raise self._wrong("括号不成对", "a bracket has no partner")
        whole = maker()
        return Pattern(self._source, self._sets, self._follow, whole)

    # -- reading ---------------------------------------------------------------------

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _choice(self) -> _Maker:
        options = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            options.append(self._sequence())
        if len(options) == 1:
            return options[0]
        return lambda: self._either([make() for make in options])

    def _sequence(self) -> _Maker:
        pieces: list[_Maker] = []
        while (sign := self._peek()) and sign not in "|)":
            if sign == "$" and self._at == len(self._source) - 1:
                break
            pieces.append(self._repeated(self._one()))
        return lambda: self._after([make() for make in pieces])

    def _repeated(self, maker: _Maker) -> _Maker:
        sign = self._peek()
        if not sign or sign not in "?*+{":
            return maker
        least, most = self._bounds(sign)
        follower = self._peek()
        if follower and follower in "?*+{":
            raise self._wrong("重复符号不能连着写", "signs of repetition cannot follow one another")
        return lambda: self._copies(maker, least, most)

    def _bounds(self, sign: str) -> tuple[int, int | None]:
        if sign != "{":
            self._at += 1
            return {"?": (0, 1), "*": (0, None), "+": (1, None)}[sign]
        end = self._source.find("}", self._at)
        low, comma, high = self._source[self._at + 1 : max(end, 0)].partition(",")
        if end < 0 or not _count(low) or (high and not _count(high)):
            raise self._wrong(
                "花括号里应写次数，如 {6} 或 {2,10}", "braces hold a count: {6}, {2,10}"
            )
        least = int(low)
        most = least if not comma else int(high) if high else None
        if most is not None and (most < least or not most):
            raise self._wrong(
                "花括号里的次数前大后小，或为 0", "the count in braces makes no sense"
            )
        self._at = end + 1
        return least, most

    def _one(self) -> _Maker:
        sign = self._peek()
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._leaf(self._bracket())
        if sign in "?*+{":
            raise self._wrong("重复符号前面没有内容", "there is nothing to repeat")
        if sign in "^$":
            raise self._wrong(
                "“^”“$”只能写在头尾（整格都要符合，不写也一样）",
                "'^' and '$' stand at the ends only; the whole text must fit anyway",
            )
        if sign in "]}":
            raise self._wrong("括号不成对", "a bracket has no partner")
        self._at += 1
        if sign == ".":
            return self._leaf(_Set(inverted=True))
        if sign == "\\":
            return self._leaf(self._escaped())
        return self._leaf(_Set(((sign, sign),)))

    def _group(self) -> _Maker:
        self._at += 1
        if self._source.startswith("?:", self._at):
            self._at += 2
        elif self._peek() == "?":
            raise self._wrong(
                "不能用“(?”开头的写法（前后查看、命名、开关），只能用普通的括号",
                "'(?' (looking around, names, switches) is not taken, plain groups are",
            )
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong("括号套得太深", "groups are nested too deep")
        inner = self._choice()
        if self._peek() != ")":
            raise self._wrong("括号不成对", "a bracket has no partner")
        self._at += 1
        self._depth -= 1
        return inner

    def _escaped(self) -> _Set:
        sign = self._peek()
        if sign == "d":
            self._at += 1
            return _Set((("0", "9"),))
        if sign in _SIGNS and sign:
            self._at += 1
            return _Set(((sign, sign),))
        if not sign.isdigit():
            raise self._wrong(
                "反斜杠后面只能是 d（数字）或一个符号；字母数字请写成 [A-Za-z0-9]",
                "after a back slash only d or a sign can stand; write [A-Za-z0-9] for letters",
            )
        raise self._wrong("不能引用前面括号里的内容", "a back-reference is not taken")

    def _bracket(self) -> _Set:
        self._at += 1
        inverted = self._peek() == "^"
        self._at += inverted
        ranges: list[tuple[str, str]] = []
        while (sign := self._peek()) != "]" or not ranges:
            if not sign or sign == "[" or (sign == "]" and not ranges):
                raise self._wrong("方括号不成对、为空或套在一起", "square brackets are wrong")
            self._at += 1
            if sign == "\\":
                ranges += self._escaped().ranges
                continue
            if self._peek() == "-" and self._source[self._at + 1 : self._at + 2] not in ("]", ""):
                high = self._source[self._at + 1]
                if high in "\\[" or high < sign:
                    raise self._wrong(
                        "方括号里的范围前大后小", "a range in square brackets is wrong"
                    )
                self._at += 2
                ranges.append((sign, high))
            else:
                ranges.append((sign, sign))
        self._at += 1
        return _Set(tuple(ranges), inverted)

    def _wrong(self, zh: str, en: str) -> PatternError:
        return PatternError(
            Text(f"第 {self._at + 1} 个字符处：{zh}", f"at character {self._at + 1}: {en}")
        )

    # -- building --------------------------------------------------------------------

    def _leaf(self, characters: _Set) -> _Maker:
        def make() -> _Part:
            self._count_node()
            bit = 1 << len(self._sets)
            self._sets.append(characters)
            self._follow.append(0)
            if len(self._sets) > MOST_POSITIONS:
                self._too_large()
            return _Part(False, bit, bit)

        return make

    def _either(self, parts: list[_Part]) -> _Part:
        self._count_node()
        first = last = 0
        for part in parts:
            first, last = first | part.first, last | part.last
        return _Part(any(part.empty for part in parts), first, last)

    def _after(self, parts: list[_Part]) -> _Part:
        whole = _NOTHING
        for part in parts:
            self._count_node()
            self._link(whole.last, part.first)
            whole = _Part(
                whole.empty and part.empty,
                whole.first | (part.first if whole.empty else 0),
                part.last | (whole.last if part.empty else 0),
            )
        return whole

    def _copies(self, maker: _Maker, least: int, most: int | None) -> _Part:
        made = [maker() for _ in range(max(least, 1) if most is None else most)]
        if most is None:
            self._link(made[-1].last, made[-1].first)
        for at in range(least, len(made)):
            made[at] = _Part(True, made[at].first, made[at].last)
        return self._after(made)

    def _link(self, last: int, first: int) -> None:
        while last:
            lowest = last & -last
            self._follow[lowest.bit_length() - 1] |= first
            last ^= lowest

    def _count_node(self) -> None:
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            self._too_large()

    def _too_large(self) -> NoReturn:
        raise PatternError(
            Text(
                f"展开以后超过 {MOST_POSITIONS} 个字符，重复次数太多，请写小些",
                f"written out it is more than {MOST_POSITIONS} characters: repeat less",
            )
        )


def _count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3
