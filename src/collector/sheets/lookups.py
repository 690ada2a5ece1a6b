"""What cells refer to: texts kept once for the whole workbook, and the formats of numbers.

Only what has one meaning for sure is told; for the rest ``OtherDialect`` leaves the workbook to
the reader.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from math import floor
from xml.parsers import expat

from collector.sheets.archive import Archive
from collector.sheets.rowshapes import NUMBER, OtherDialect, Styles

DATE, DOUBTFUL = "date", "doubtful"
"""kinds of number cells beside ``NUMBER``"""

_STRINGS, _STYLES = "xl/sharedstrings.xml", "xl/styles.xml"
_MAX_STRINGS = 96 << 20
_MAX_STYLES = 8 << 20

_PLAIN_NUMBERS = frozenset((*range(14), *range(37, 45), 48, 49))
_PLAIN_DATES = frozenset((14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)))
"""ISO/IEC 29500-1 18.8.30, with those that Chinese Excel has; times of day are left out"""
_OWN_FORMATS_FROM = 164
_LITERAL = re.compile(
    r'"[^"]*"|\\.|[_*].|\[(?:\$[^\]]*|Red|Black|Blue|Green|红色|DBNum[0-9])\]', re.I
)
_NUMBER_FORMAT = re.compile(r"(?:General|[0#?.,%@;()+\- ¥￥$])+", re.I)
_DATE_FORMAT = re.compile(r"[yYdD][yYmMdD年月日\-/. ,;@]*")

_DAYS = range(61, 73_416)
"""1900-03-01 to 2100-12-31: below lies a day that never was, above nothing anybody means"""
_DAY_NUMBER = re.compile(rb"[0-9]{2,5}(\.[0-9]{1,17})?")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
_DAY_MS = 86_400_000
_NUMBER = re.compile(rb"-?[0-9]{1,20}(?:\.[0-9]{0,20})?(?:[eE][-+]?[0-9]{1,3})?")

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""ISO/IEC 29500-1 22.9.2.19: how office programs write what XML cannot hold"""
_TO_LOOK_AT = re.compile(r"[&\r\0]|_x[0-9A-Fa-f]{4}_")
_ENTITY = re.compile(r"&([^;&]{0,8});?")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "#10": "\n"}
_WHITE = " \t\r\n"

_T = rb'<t(?: xml:space="preserve")?>[^<]*</t>|<t ?/>'
_SI = re.compile(
    rb'<si>(?:<t>([^<]*)</t>|<t xml:space="preserve">([^<]*)</t>|<t ?/>'
    rb"|((?:<(?!/?si[ />])[^<>]*>[^<]*)*+))</si>|<si ?/>"
)
_LOOK = rb"<[A-Za-z]+(?: [A-Za-z]+=\"[^\"<>]*\")*+ ?/>"
_NO_TEXT = re.compile(
    rb"<rPh [^<>]*>(?:" + _T + rb")?</rPh>|<phoneticPr [^<>]*/>"
    rb"|<rPr>(?:" + _LOOK + rb")*+</rPr>|<rPr ?/>"
)
_RUNS = re.compile(rb"(?:<r>(?:" + _T + rb")</r>|" + _T + rb")*+")
_RUN = re.compile(rb'<t( xml:space="preserve")?>([^<]*)</t>')


def plain_text(told: bytes, *, trimmed: bool) -> str:
    """The text some XML stands for."""
    try:
        text = told.decode("utf-8")
    except UnicodeDecodeError:
        raise OtherDialect from None
    if _TO_LOOK_AT.search(text) is None:
        return text.strip(_WHITE) if trimmed else text
    escaped = _ESCAPED.search(text) is not None
    if "\0" in text or (escaped and "&" in text):
        raise OtherDialect
    text = _ENTITY.sub(_entity, text.replace("\r\n", "\n").replace("\r", "\n"))
    if trimmed:
        text = text.strip(_WHITE)
    return _ESCAPED.sub(_character, text) if escaped else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    if not code or 0xD800 <= code < 0xE000:
        raise OtherDialect
    return chr(code)


def _entity(found: re.Match[str]) -> str:
    meant = _ENTITIES.get(found[1])
    if meant is None or not found[0].endswith(";"):
        raise OtherDialect
    return meant


def plain_number(told: bytes) -> float:
    if _NUMBER.fullmatch(told) is None:
        raise OtherDialect
    return float(told)


def plain_date(told: bytes) -> date:
    """The day, and the time of day where there is one, of a number in a date's format."""
    if _DAY_NUMBER.fullmatch(told) is None or int(days := float(told)) not in _DAYS:
        raise OtherDialect
    moment = _EPOCH + timedelta(milliseconds=floor(days * _DAY_MS + 0.5))
    return moment.date() if days.is_integer() else moment


def shared_strings(archive: Archive) -> list[str]:
    """The texts kept once for the whole workbook, in their order."""
    if _STRINGS not in archive.parts:
        return []
    if archive.size(_STRINGS) > _MAX_STRINGS:
        raise OtherDialect
    data = archive.read(_STRINGS, _MAX_STRINGS)
    strings = [
        _rich_text(found[3])
        if found[3]
        else plain_text(found[1] or found[2] or b"", trimmed=bool(found[1]))
        for found in _SI.finditer(data)
    ]
    if len(strings) != data.count(b"<si"):
        raise OtherDialect
    return strings


def _rich_text(runs: bytes) -> str:
    told = _NO_TEXT.sub(b"", runs)
    if _RUNS.fullmatch(told) is None:
        raise OtherDialect
    return "".join(plain_text(text, trimmed=not kept) for kept, text in _RUN.findall(told))


class NumberFormats(Styles):
    """Which styles show a number as a date."""

    def __init__(self, archive: Archive) -> None:
        self._kinds: list[str] = []
        own: dict[int, str] = {}
        within: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            within.append(name)
            if name == "numFmt":
                own[int(attributes["numFmtId"])] = attributes["formatCode"]
            elif within[-2:] == ["cellXfs", "xf"]:
                self._kinds.append(_kind(int(attributes.get("numFmtId", "0")), own))

        if _STYLES in archive.parts:
            if archive.size(_STYLES) > _MAX_STYLES:
                raise OtherDialect
            parser = expat.ParserCreate()
            parser.StartElementHandler = start
            parser.EndElementHandler = lambda _: within.pop()
            try:
                parser.Parse(archive.read(_STYLES, _MAX_STYLES), True)
            except (expat.ExpatError, KeyError, ValueError):
                raise OtherDialect from None
        self._alike = {
            kind: b"|".join(
                b"%d" % style for style, other in enumerate(self._kinds) if other == kind
            )
            for kind in set(self._kinds)
        }

    def kind(self, style: int | None) -> str:
        if style is None:
            first = self._kinds[0] if self._kinds else NUMBER
            return first if first == NUMBER else DOUBTFUL
        return self._kinds[style] if style < len(self._kinds) else DOUBTFUL

    def alike(self, style: int | None) -> bytes:
        if style is None or style >= len(self._kinds):
            return rb"[0-9]*"
        return rb"(?:%s)" % self._alike[self._kinds[style]]


def _kind(number: int, own: dict[int, str]) -> str:
    if number in own:
        if number < _OWN_FORMATS_FROM:
            return DOUBTFUL
        bare = _LITERAL.sub("", own[number])
        if _NUMBER_FORMAT.fullmatch(bare):
            return NUMBER
        return DATE if _DATE_FORMAT.fullmatch(bare) else DOUBTFUL
    if number in _PLAIN_NUMBERS:
        return NUMBER
    return DATE if number in _PLAIN_DATES else DOUBTFUL
