"""Comments on faulty cells: the old kind, which Excel, WPS and LibreOffice all show.

A comment is two things: its text in a comments part, and a shape in a VML drawing (ECMA-376 part 1,
18.7; part 4, 19). A sheet that has comments of its own keeps them and gets none.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from collector.sheets.package import Unpatchable, with_relation
from collector.sheets.plain import xml_text
from collector.sheets.raw import number

AUTHOR = "差错标注"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
MOST = 1000
"""comments on one sheet: shape numbers come in blocks of 1024, and the column of reasons has all"""
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_AUTHORS = re.compile(r"<(?:\w+:)?author>([^<]*)</(?:\w+:)?author>")

Notes = Mapping[tuple[int, str], str]
"""(row, column letters) -> text"""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the comments of a sheet go."""

    comments: str
    drawing: str
    relations: str
    """the sheet's relations part, whole"""
    element: str
    """what the sheet's XML needs; "" where it has that already"""


def relations_of(sheet: str) -> str:
    """The relations part of a sheet part."""
    folder, name = posixpath.split(sheet)
    return f"{folder}/_rels/{name}.rels"


def place(sheet: str, relations: str | None, free: int, comments: str | None) -> Placed | None:
    """Where this sheet's comments go, None where it keeps its own.

    ``comments`` is the sheet's comments part as it is, None where it has none; ``free`` a number
    no comments part and no VML drawing of the file bears. Raises ``Unpatchable``.
    """
    found = {
        kind: target
        for kind in ("comments", "vmlDrawing", "threadedComment")
        if (target := target_of(sheet, relations or "", kind))
    }
    if found:
        ours = comments is not None and set(_AUTHORS.findall(comments)) == {AUTHOR}
        if not ours or set(found) != {"comments", "vmlDrawing"}:
            return None
        return Placed(found["comments"], found["vmlDrawing"], relations or "", "")
    comments_part, drawing = f"xl/comments{free}.xml", f"xl/drawings/vmlDrawing{free}.vml"
    folder = posixpath.dirname(sheet)
    text, _ = with_relation(relations or _EMPTY, _relative(comments_part, folder), "comments")
    text, identity = with_relation(text, _relative(drawing, folder), "vmlDrawing")
    element = f'<legacyDrawing xmlns:r="{_OFFICE}" r:id="{identity}"/>'
    return Placed(comments_part, drawing, text, element)


def target_of(sheet: str, relations: str, kind: str) -> str:
    """The part a sheet's relation of this kind leads to, "" where there is none."""
    for tag in _RELATION.findall(relations):
        if re.search(rf'\bType="[^"]*/{kind}"', tag):
            target = re.search(r'\bTarget="([^"]*)"', tag)
            if target is None:
                raise Unpatchable
            folder = posixpath.dirname(sheet)
            return posixpath.normpath(posixpath.join("/" + folder, target[1])).lstrip("/")
    return ""


def comments_xml(notes: Notes) -> str:
    said = "".join(
        f'<comment ref="{column}{row}" authorId="0"><text><r><t xml:space="preserve">'
        f"{xml_text(text)}</t></r></text></comment>"
        for (row, column), text in _in_order(notes)
    )
    return (
        f'{_XML}<comments xmlns="{_MAIN}"><authors><author>{AUTHOR}</author></authors>'
        f"<commentList>{said}</commentList></comments>"
    )


def drawing_xml(notes: Notes, block: int) -> str:
    """``block`` numbers the shapes; every drawing of a file has another."""
    shapes = "".join(
        f'<v:shape id="_x0000_s{block * 1024 + place}" type="#_x0000_t202" '
        'style="position:absolute;width:240pt;height:80pt;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{number(column)}, 15, {max(row - 2, 0)}, 2, {number(column) + 4}, 15, "
        f"{row + 3}, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row>"
        f"<x:Column>{number(column) - 1}</x:Column></x:ClientData></v:shape>"
        for place, ((row, column), _) in enumerate(_in_order(notes), 1)
    )
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:'
        'office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
        f'<o:idmap v:ext="edit" data="{block}"/></o:shapelayout><v:shapetype id="_x0000_t202" '
        'coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke '
        'joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
        f"{shapes}</xml>"
    )


def _in_order(notes: Notes) -> list[tuple[tuple[int, str], str]]:
    return sorted(notes.items(), key=lambda item: (item[0][0], number(item[0][1])))[:MOST]


def _relative(part: str, folder: str) -> str:
    return posixpath.relpath("/" + part, "/" + folder)
