"""Small changes to the parts of an .xlsx that leave everything else as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

_XF = re.compile(r"<((?:\w+:)?)xf\b[^>]*?(?:/>|>.*?</\1xf>)", re.DOTALL)
_SHEET_ID = re.compile(r'\bsheetId="(\d+)"')
_RELATION_ID = re.compile(r'\bId="rId(\d+)"')
_SHEETS_END = re.compile(r"</((?:\w+:)?)sheets>")
WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Unpatchable(Exception):
    """A part is not written in a way that can be changed in place."""


class Styles:
    """``styles.xml`` with fills added; a cell keeps the rest of its look."""

    def __init__(self, xml: str) -> None:
        self._xml = xml
        self._fills = self._section("fills")
        self._formats = self._section("cellXfs")
        self._known = [match[0] for match in _XF.finditer(xml, *self._formats.span("body"))]
        if not self._known:
            raise Unpatchable
        self._prefix = self._formats["prefix"]
        self._first_fill = len(re.findall(r"<(?:\w+:)?fill>|<(?:\w+:)?fill ", self._fills["body"]))
        self._added_fills: list[str] = []
        self._added: list[str] = []
        self._made: dict[tuple[int, str, bool], int] = {}

    def _section(self, name: str) -> re.Match[str]:
        found = re.search(
            rf"<(?P<prefix>(?:\w+:)?){name}\b(?P<attributes>[^>]*[^/>]|)>(?P<body>.*?)"
            rf"</(?P=prefix){name}>",
            self._xml,
            re.DOTALL,
        )
        if found is None:
            raise Unpatchable
        return found

    def filled(self, style: int, colour: str, *, wrapped: bool = False) -> int:
        """The number of the style that is ``style`` on a ground of ``colour`` (RRGGBB)."""
        made = self._made.get((style, colour, wrapped))
        if made is not None:
            return made
        if style >= len(self._known):
            style = 0
        xf = self._known[style]
        if colour:
            xf = _with(_with(xf, "fillId", str(self._fill(colour))), "applyFill", "1")
        if wrapped:
            prefix = self._prefix
            alignment = f'<{prefix}alignment vertical="top" wrapText="1"/>'
            opening = _with(re.match(r"<[^>]*>", xf)[0], "applyAlignment", "1")  # type: ignore[index]
            opening = opening.removesuffix("/>").removesuffix(">").rstrip()
            xf = f"{opening}>{alignment}</{prefix}xf>"
        number = len(self._known) + len(self._added)
        self._added.append(xf)
        self._made[style, colour, wrapped] = number
        return number

    def bare(self, colours: Iterable[str]) -> dict[int, int]:
        """The styles that lie on one of these grounds -> the same on none."""
        p = self._prefix
        fills = re.findall(rf"<{p}fill\b[^>]*/>|<{p}fill\b.*?</{p}fill>", self._fills["body"], re.S)
        worn = {
            str(place)
            for place, fill in enumerate(fills)
            if any(f'rgb="FF{colour}"' in fill for colour in colours)
        }
        found: dict[int, int] = {}
        for number, xf in enumerate(self._known):
            ground = re.search(r'\sfillId="(\d+)"', xf[: xf.index(">")])
            if ground is not None and ground[1] in worn:
                found[number] = len(self._known) + len(self._added)
                self._added.append(_with(xf, "fillId", "0"))
        return found

    def _fill(self, colour: str) -> int:
        p = self._fills["prefix"]
        fill = (
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="FF{colour}"/>'
            f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
        )
        if fill not in self._added_fills:
            self._added_fills.append(fill)
        return self._first_fill + self._added_fills.index(fill)

    def xml(self) -> str:
        changed = self._xml
        for section, added, count in sorted(
            (
                (self._fills, self._added_fills, self._first_fill),
                (self._formats, self._added, len(self._known)),
            ),
            key=lambda item: -item[0].start(),
        ):
            opening = changed[section.start() : section.start("body")]
            opening = _with(opening, "count", str(count + len(added)))
            body = section["body"] + "".join(added)
            changed = changed[: section.start()] + opening + body + changed[section.end("body") :]
        return changed


def _with(tag: str, name: str, value: str) -> str:
    """The element with an attribute of its opening tag set."""
    end = tag.index(">")
    opening, rest = tag[:end], tag[end:]
    if opening.endswith("/"):
        opening, rest = opening[:-1], "/" + rest
    changed, times = re.subn(rf'\s{name}="[^"]*"', f' {name}="{value}"', opening, count=1)
    return (changed if times else f'{opening.rstrip()} {name}="{value}"') + rest


def with_sheet(workbook: str, name: str, relation: str) -> str:
    """``workbook.xml`` with a sheet added at the end, where no number of another changes."""
    end = _SHEETS_END.search(workbook)
    used = re.search(r"<(?:\w+:)?sheet\b[^>]*?\s(\w+):id=", workbook)
    if end is None or used is None:
        raise Unpatchable
    number = max(map(int, _SHEET_ID.findall(workbook)), default=0) + 1
    sheet = f'<{end[1]}sheet name={quoteattr(name)} sheetId="{number}" {used[1]}:id="{relation}"/>'
    return workbook[: end.start()] + sheet + workbook[end.start() :]


def with_wider_filter(workbook: str, sheet: int, column: str) -> str:
    """The name behind a sheet's filter reaching to a column; ``sheet`` counts from 0."""

    def wider(found: re.Match[str]) -> str:
        of_filter = 'name="_xlnm._FilterDatabase"' in found[1]
        if not of_filter or f'localSheetId="{sheet}"' not in found[1]:
            return found[0]
        reach = max(found[3], column, key=lambda letters: (len(letters), letters))
        return found[1] + found[2] + reach + found[4]

    return re.sub(
        r"(<(?:\w+:)?definedName\b[^>]*>)([^<]*:\$?)([A-Z]{1,3})(\$?\d+</)", wider, workbook
    )


def with_relation(relations: str, target: str, kind: str = "worksheet") -> tuple[str, str]:
    """(the relations part with a part of that kind added, the id it got)."""
    end = re.search(r"</((?:\w+:)?)Relationships>", relations)
    if end is None:
        raise Unpatchable
    number = max(map(int, _RELATION_ID.findall(relations)), default=0) + 1
    made = f'<{end[1]}Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return relations[: end.start()] + made + relations[end.start() :], f"rId{number}"


def with_type(types: str, part: str, content: str = WORKSHEET) -> str:
    """``[Content_Types].xml`` with a part added; a part it knows already is not added twice."""
    if f'PartName="/{part}"' in types:
        return types
    end = re.search(r"</((?:\w+:)?)Types>", types)
    if end is None:
        raise Unpatchable
    made = f'<{end[1]}Override PartName="/{part}" ContentType="{content}"/>'
    return types[: end.start()] + made + types[end.start() :]
