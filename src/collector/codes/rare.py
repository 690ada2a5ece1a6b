"""Characters of names that other systems may lose or show otherwise: 生僻字, 私用区, 部首.

Nothing here is a fault: a rare character in a name is right. What is told is where it stands and
of which kind it is, so that a person can make sure that it arrives.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from collector.codes.text import tidy_name

_PLAIN = re.compile(r"[\u4e00-\u9fa5]+(?:·[\u4e00-\u9fa5]+)*\Z|[A-Za-z .'\-]+\Z")
"""U+4E00 to U+9FA5 are all in GBK"""
_HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_DOTS = "•・‧․∙⋅●.．｡。·･"
_LATIN_BY_DOT = re.compile(r"(?:^|(?<=·))[A-Za-z]+(?=·|$)")
_TONED = frozenset("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜḿńňǹ")
_TONED_ONLY_IN_PINYIN = frozenset("āǎēěīǐōǒūǔǖǘǚǜḿǹ")

_EXTENSIONS = (
    (0x3400, 0x4DBF, "CJK-A"),
    (0x20000, 0x2A6DF, "CJK-B"),
    (0x2A700, 0x2B73F, "CJK-C"),
    (0x2B740, 0x2B81F, "CJK-D"),
    (0x2B820, 0x2CEAF, "CJK-E"),
    (0x2CEB0, 0x2EBEF, "CJK-F"),
    (0x2EBF0, 0x2EE5F, "CJK-I"),
    (0x2F800, 0x2FA1F, "CJK-X"),
    (0x30000, 0x3134F, "CJK-G"),
    (0x31350, 0x323AF, "CJK-H"),
)

_FIRST_PRIVATE = 0xE815
_STANDARD = (
    "2E81 20087 20089 200CC 2E84 3473 3447 2E88 2E8B 9FB4 359E 361A 360E 2E8C 2E97 396E"
    " 3918 9FB5 39CF 39DF 3A73 39D0 9FB6 9FB7 3B4E 3C6E 3CE0 2EA7 215D7 9FB8 2EAA 4056"
    " 415F 2EAE 4337 2EB3 2EB6 2EB7 2298F 43B1 43AC 2EBB 43DD 44D6 4661 464C 9FB9 4723"
    " 4729 477C 478D 2ECA 4947 497A 497D 4982 4983 4985 4986 499F 499B 49B7 49B6 9FBA"
    " 241FE 4CA3 4C9F 4CA0 4CA1 4C77 4CA2 4D13 4D14 4D15 4D16 4D17 4D18 4D19 4DAE 9FBB"
)
GBK_PRIVATE: dict[str, str] = {
    chr(_FIRST_PRIVATE + place): chr(int(code, 16)) for place, code in enumerate(_STANDARD.split())
}
"""The 80 characters GBK kept in the private area (bytes FE50 to FEA0, U+E815 to U+E864) and where
they stand in Unicode. Sources: GB 18030-2000 and -2005 for 66 of them (WHATWG Encoding Standard,
index gb18030); GB 18030-2022 for FE59 FE61 FE66 FE67 FE6D FE7E FE90 FEA0 (Encoding Standard of
2024-09-18, gb18030 encoder); G sources G9-FE51 FE52 FE53 FE6C FE76 FE91 of ISO/IEC 10646 for the
six beyond the basic plane."""


class Oddity(StrEnum):
    """Why a character is told of, the gravest first."""

    PRIVATE_USE = "private_use"
    """means another character on every system"""
    RADICAL = "radical"
    """looks like the character and is not"""
    COMBINING = "combining"
    """a mark that belongs to the character before it"""
    RARE = "rare"
    """not in GBK: older systems drop it"""
    TONE = "tone"
    """pinyin with tones"""
    MIXED = "mixed"
    """a Latin letter inside a Chinese name"""


@dataclass(frozen=True, slots=True)
class Strange:
    """One such character: ``place`` counts characters from 1."""

    place: int
    character: str
    oddity: Oddity
    block: str = ""
    """CJK-A to CJK-I for a rare one, CJK for one of the basic area added later"""
    standard: str = ""
    """the character that is meant, where that is known"""

    @property
    def code_point(self) -> str:
        return code_point(self.character)


def is_plain(name: str) -> bool:
    """Nothing to tell of, at a glance."""
    return _PLAIN.match(name) is not None


def strange(name: str) -> list[Strange]:
    """What other systems may lose or show otherwise, in the order of the name."""
    if not name or is_plain(name):
        return []
    return list(_strange(name))


@lru_cache(maxsize=1 << 12)
def _strange(name: str) -> tuple[Strange, ...]:
    found: list[Strange] = []
    chinese = _HAN.search(name) is not None
    beside_dots = {
        place for match in _LATIN_BY_DOT.finditer(name) for place in range(*match.span())
    }
    for index, character in enumerate(name):
        told = _judge(character, chinese and index not in beside_dots)
        if told is not None:
            oddity, block, standard = told
            found.append(Strange(index + 1, character, oddity, block, standard))
    return tuple(found)


def _judge(character: str, inside_chinese: bool) -> tuple[Oddity, str, str] | None:
    point = ord(character)
    if character.isascii():
        mixed = inside_chinese and character.isalpha()
        return (Oddity.MIXED, "", "") if mixed else None
    if _PRIVATE.match(character):
        return Oddity.PRIVATE_USE, "", GBK_PRIVATE.get(character, "")
    if 0x2E80 <= point <= 0x2FDF:
        same = unicodedata.normalize("NFKC", character)
        return Oddity.RADICAL, "", same if same != character else ""
    if 0x0300 <= point <= 0x036F or 0x20D0 <= point <= 0x20FF or _is_selector(point):
        return Oddity.COMBINING, "", ""
    for first, last, block in _EXTENSIONS:
        if first <= point <= last:
            return Oddity.RARE, block, ""
    if character in _TONED:
        toned = inside_chinese or character in _TONED_ONLY_IN_PINYIN
        return (Oddity.TONE, "", "") if toned else None
    if _HAN.match(character) and not in_gbk(character):
        return Oddity.RARE, "CJK", ""
    return None


def _is_selector(point: int) -> bool:
    return 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF


def in_gbk(text: str) -> bool:
    """Whether a GBK file can hold it."""
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def code_point(character: str) -> str:
    """``U+20BB7``"""
    return f"U+{ord(character):04X}"


def mended(name: str) -> str:
    """The name with the characters that are meant; "" where nothing is known to be mended."""
    found = {one.character: one.standard for one in strange(name) if one.standard}
    return "".join(found.get(each, each) for each in name) if found else ""


def searched(typed: str) -> str:
    """A name, or its beginning, as it is kept: whatever dot was typed, the last one too."""
    text = tidy_name(typed)
    if len(text) < 2 or text[-1] not in _DOTS:
        return text
    if _HAN.match(text[-2]) or (text[-2].isalpha() and text[-1] not in ".．｡。"):
        return text[:-1] + "·"
    return text
