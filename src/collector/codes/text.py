"""Text as people type it: width, white space, invisible and forbidden characters, masks.

Canonical text is defined in docs/architecture.md.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_OUTER = (
    " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"
_INVISIBLE = re.compile(f"[{_ZERO_WIDTH}]")
_BREAKS = re.compile(r"[ \xa0\u3000]*[\t\r\n\v\f\u2028\u2029]+[ \xa0\u3000\t\r\n\v\f\u2028\u2029]*")
_APOSTROPHES = "'\u2018\u2019\uff07`"

_FULL_TO_HALF = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_LETTERS_TO_HALF = {
    full: half for full, half in _FULL_TO_HALF.items() if full > 0xFF00 and chr(half).isalnum()
} | {0x3000: 0x20, 0xA0: 0x20}

_HAN = (
    "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0002fa1f\U00030000-\U000323af"
    "\ue000-\uf8ff"  # older systems keep rare characters in the private area
)
_SPACE_IN_NAME = re.compile(rf"(?<=[{_HAN}·])\s+(?=[{_HAN}·])")
_DOT_IN_NAME = re.compile(rf"(?<=[{_HAN}])\s*[•・‧․∙⋅●.．｡。·･\u2022]\s*(?=[{_HAN}])")
_DOT_BY_LETTER = re.compile(
    rf"(?<=[{_HAN}A-Za-z])\s*[•・‧․∙⋅●·･]\s*(?=[{_HAN}A-Za-z])"  # J·史密斯; a full stop may be one
)
_SPACES = re.compile(r"\s+")
_NOT_IN_CODE = re.compile(r"[\s\-‐‑‒–—―−﹣－_]+")
_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\ufffd\ufffe\uffff\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]"
)


def tidy(text: str) -> str:
    """NFC; no outer white space, no invisible characters, no leading apostrophe.

    A line break inside a cell (Alt+Enter) becomes one space.
    """
    if not text:
        return ""
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = text.strip(_OUTER)
    if text and text[0] in _APOSTROPHES:
        text = text.lstrip(_APOSTROPHES + _OUTER)
    if not text.isprintable():
        text = _BREAKS.sub(" ", text)
    return text


def half_width(text: str) -> str:
    """Every full-width ASCII character and space made half-width: for numbers and codes."""
    return text if text.isascii() else text.translate(_FULL_TO_HALF)


def half_width_letters(text: str) -> str:
    """Full-width letters, digits and spaces made half-width; Chinese punctuation stays."""
    return text if text.isascii() else text.translate(_LETTERS_TO_HALF)


def tidy_name(text: str) -> str:
    """A person's name: no spaces between Chinese characters, one kind of middle dot (U+00B7)."""
    text = half_width_letters(tidy(text))
    if text.isascii():
        return _SPACES.sub(" ", text)
    if text.isalpha():
        return text
    text = _DOT_BY_LETTER.sub("·", _DOT_IN_NAME.sub("·", text))
    return _SPACES.sub(" ", _SPACE_IN_NAME.sub("", text))


def tidy_code(text: str) -> str:
    """An ID number, USCC or other code: half width, upper case, no spaces or hyphens."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _NOT_IN_CODE.sub("", half_width(tidy(text))).upper()


def has_forbidden(text: str) -> bool:
    """Whether it holds characters no text may hold.

    Control characters, U+FFFD (left by a wrong encoding), and marks that turn the reading
    direction and so show something else than is stored.
    """
    if text.isprintable():
        return "\ufffd" in text
    return _FORBIDDEN.search(text) is not None


def without_forbidden(text: str) -> str:
    """The text without its forbidden characters."""
    return tidy(_FORBIDDEN.sub("", text))


def mask_id(text: str) -> str:
    """A document number or code for lists: the first four and the last four stay."""
    if len(text) >= 12:
        return text[:4] + "*" * (len(text) - 8) + text[-4:]
    return _mask_short(text)


def mask_phone(text: str) -> str:
    """A telephone number for lists: the first three and the last four stay."""
    if len(text) >= 11:
        return text[:3] + "*" * (len(text) - 7) + text[-4:]
    return _mask_short(text)


def mask_name(text: str) -> str:
    """A person's name for lists: the first character stays, with the marks that belong to it."""
    first = 1
    while first < len(text) and unicodedata.category(text[first]).startswith("M"):
        first += 1
    return text[:first] + "*" * min(3, len(text) - first) if text else ""


@lru_cache(maxsize=1024)
def _mask_short(text: str) -> str:
    kept = len(text) // 4
    return text[:kept] + "*" * (len(text) - 2 * kept) + text[len(text) - kept :]
