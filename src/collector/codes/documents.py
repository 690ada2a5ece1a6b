"""Documents a member may be known by other than the 居民身份证.

``FORM_IS_SURE`` tells for which of them the form is known well enough to call a number wrong;
for the rest a number of another form is only doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from enum import StrEnum
from functools import lru_cache

from collector.codes import resident_id


class DocumentKind(StrEnum):
    """Kinds of document, by what their numbers look like."""

    RESIDENT_ID = "居民身份证"
    HK_MACAO_RESIDENCE = "港澳居民居住证"
    TAIWAN_RESIDENCE = "台湾居民居住证"
    HMT_RESIDENCE = "港澳台居民居住证"
    FOREIGN_RESIDENCE = "外国人永久居留身份证"
    HK_MACAO_PASS = "港澳居民来往内地通行证"
    TAIWAN_PASS = "台湾居民来往大陆通行证"
    CHINESE_PASSPORT = "中国护照"
    PASSPORT = "护照"
    OFFICER = "军官证"
    OTHER = "其他"

    @classmethod
    def from_label(cls, label: str) -> DocumentKind:
        """The kind a pack's or a person's label stands for; what is unknown is OTHER."""
        return _kind(label)


FORM_IS_SURE = frozenset(
    {
        DocumentKind.RESIDENT_ID,
        DocumentKind.HK_MACAO_RESIDENCE,
        DocumentKind.TAIWAN_RESIDENCE,
        DocumentKind.HMT_RESIDENCE,
        DocumentKind.FOREIGN_RESIDENCE,
        DocumentKind.HK_MACAO_PASS,
    }
)
"""Kinds whose whole set of forms has a source. Passes of Taiwan and passports have older forms
that no source lists in full, so theirs are doubted and not refused."""

_LABELS: tuple[tuple[str, DocumentKind], ...] = (
    ("外国人永久居留", DocumentKind.FOREIGN_RESIDENCE),
    ("永居", DocumentKind.FOREIGN_RESIDENCE),
    ("港澳台居民居住证", DocumentKind.HMT_RESIDENCE),
    ("港澳台居住证", DocumentKind.HMT_RESIDENCE),
    ("港澳居民居住证", DocumentKind.HK_MACAO_RESIDENCE),
    ("香港居民居住证", DocumentKind.HK_MACAO_RESIDENCE),
    ("澳门居民居住证", DocumentKind.HK_MACAO_RESIDENCE),
    ("台湾居民居住证", DocumentKind.TAIWAN_RESIDENCE),
    ("台胞证", DocumentKind.TAIWAN_PASS),
    ("台湾居民来往", DocumentKind.TAIWAN_PASS),
    ("港澳居民来往", DocumentKind.HK_MACAO_PASS),
    ("回乡证", DocumentKind.HK_MACAO_PASS),
    ("外国护照", DocumentKind.PASSPORT),
    ("中国护照", DocumentKind.CHINESE_PASSPORT),
    ("护照", DocumentKind.PASSPORT),
    ("军官证", DocumentKind.OFFICER),
    ("士兵证", DocumentKind.OFFICER),
    ("警官证", DocumentKind.OFFICER),
    ("身份证", DocumentKind.RESIDENT_ID),
)
"""the first whose words the label holds; 港澳通行证 is left out, as people call two documents so"""
_NOT_THE_CARD = ("香港", "澳门", "台湾", "港澳", "外国", "临时", "军", "警", "非")
"""身份证 of another kind: an identity card of Hong Kong has another number"""

_FORMS = {
    DocumentKind.HK_MACAO_PASS: re.compile(r"[HM]\d{8}(?:\d{2})?"),
    DocumentKind.TAIWAN_PASS: re.compile(r"\d{8}|\d{10}(?:\(?[A-Z]\)?)?"),
    DocumentKind.CHINESE_PASSPORT: re.compile(
        r"[EGDSPHK]\d{8}|E[A-Z]\d{7}|[PSD]E\d{7}|[PSD]\d{7,8}|MA\d{7}|1[45]\d{7}|(?:KJ|H)\d{7,8}"
    ),
    DocumentKind.PASSPORT: re.compile(r"[A-Z0-9]{5,20}"),
    DocumentKind.OFFICER: re.compile(r"[^\W_]{4,30}"),
    DocumentKind.OTHER: re.compile(r"[^\W_][\w()./（）·]{2,39}"),
}
_FOREIGN_15 = re.compile(r"[A-Z]{3}\d{12}")
_FOREIGN_18 = re.compile(r"9\d{16}[\dX]")
_RESIDENCE = {
    DocumentKind.HK_MACAO_RESIDENCE: ("810000", "820000"),
    DocumentKind.TAIWAN_RESIDENCE: ("830000",),
    DocumentKind.HMT_RESIDENCE: ("810000", "820000", "830000"),
}


def fault(kind: DocumentKind | str, number: str, today: date) -> str | None:
    """None where the canonical number has the form of its kind, else ``format``.

    ``kind`` may be a label. For a 居民身份证 the answer is that of ``resident_id.fault``.
    """
    if not isinstance(kind, DocumentKind):
        kind = _kind(kind)
    if kind is DocumentKind.RESIDENT_ID:
        return resident_id.fault(number, today)
    if kind is DocumentKind.FOREIGN_RESIDENCE:
        return None if _is_foreign_residence(number) else "format"
    if kind in _RESIDENCE:
        sound = number.startswith(_RESIDENCE[kind]) and resident_id.fault(number, today) is None
        return None if sound else "format"
    return None if _FORMS[kind].fullmatch(number) else "format"


def tells_birth_and_gender(number: str, today: date) -> bool:
    """Whether it is a sound number of the 居民身份证's make, whatever document it is said to be.

    The 18-character number of a foreigner (beginning with 9) is left out: where in it the birth
    date stands has no source.
    """
    return not number.startswith("9") and resident_id.fault(number, today) is None


def telling_birth_and_gender(numbers: Collection[str], today: date) -> set[str]:
    """Those of the numbers of which ``tells_birth_and_gender`` is true, asked all at once."""
    return {number for number in resident_id.sound(numbers, today) if number[0] != "9"}


def _is_foreign_residence(number: str) -> bool:
    if _FOREIGN_15.fullmatch(number):
        return True
    return (
        _FOREIGN_18.fullmatch(number) is not None
        and resident_id.check_digit(number[:17]) == number[17]
    )


@lru_cache(maxsize=1024)
def _kind(label: str) -> DocumentKind:
    text = "".join(label.split())
    for words, kind in _LABELS:
        if words in text:
            if kind is DocumentKind.RESIDENT_ID and any(other in text for other in _NOT_THE_CARD):
                return DocumentKind.OTHER
            return kind
    return DocumentKind.OTHER
