"""What refers to rows that gave way: ranges and formulas of the sheet, its tables, and the chain
of formulas Excel keeps for the whole workbook."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, unescape

from collector.sheets.originals import Original, Plot
from collector.sheets.raw import letter
from collector.sheets.sheet_xml import (
    Cell,
    Edit,
    Element,
    SheetXml,
    edited,
    with_attribute,
)
from collector.sheets.shifting import Area, Shift, area_of, areas_of, said

_VALIDATION = "dataValidation"
_COUNTED = {"mergeCells": "mergeCell", "dataValidations": _VALIDATION}
_REFERRING = {
    "autoFilter": "ref",
    "sortState": "ref",
    "sortCondition": "ref",
    "mergeCell": "ref",
    "hyperlink": "ref",
    "conditionalFormatting": "sqref",
    _VALIDATION: "sqref",
    "ignoredError": "sqref",
    "protectedRange": "sqref",
}
"""elements beside the rows whose attribute names cells"""
_GONE_WITH_ITS_CELLS = ("mergeCell", "hyperlink")
_FORMULAS = ("formula", "formula1", "formula2", "f")
_FORMULA = re.compile(
    rb"<((?:\w+:)?)f\b((?:\s+[\w:]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(?:/>|>([^<]*)</\1f\s*>)"
)
_VALUE = re.compile(rb"<((?:\w+:)?)v\s*(?:/>|>[^<]*</\1v\s*>)")
_LINK = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_CHAINED = re.compile(rb"<(?:\w+:)?c\b[^>]*/>")
_TABLE_REF = re.compile(rb"<(?:\w+:)?(?:table|autoFilter|sortState|sortCondition)\b[^>]*>")


def reference_edits(page: SheetXml, plot: Plot, shift: Shift) -> Iterator[Edit]:
    """The edits outside the rows: how far the sheet reaches, and every range that follows."""
    validated = list(_validated(page))
    gone: list[Element] = []
    for element in page.elements:
        if element.name == "dimension":
            yield _dimension(page, plot, shift, element)
            continue
        others = validated if element.name == _VALIDATION else ()
        yield from _moved_reference(page, plot, shift, element, others, gone)
        if element.name in _FORMULAS or element.name == "sqref":
            yield from _moved_text(page, plot, shift, element, validated)
    yield from _removed(page, gone)


def _validated(page: SheetXml) -> Iterator[Area]:
    for element in page.elements:
        reference = ""
        if element.name == _VALIDATION:
            reference = element.attributes.get("sqref", "")
        elif element.name == "sqref" and element.parent and element.parent.name == _VALIDATION:
            reference = element.text
        for _, area in areas_of(reference):
            if area is not None:
                yield area


def _moved_reference(
    page: SheetXml,
    plot: Plot,
    shift: Shift,
    element: Element,
    others: Iterable[Area],
    gone: list[Element],
) -> Iterator[Edit]:
    name = _REFERRING.get(element.name)
    old = element.attributes.get(name or "", "")
    if not name or not old:
        return
    if element.name in _GONE_WITH_ITS_CELLS:
        area = area_of(old)
        # nothing may be merged, nor lead elsewhere, where records stand
        if area is not None and shift.rows and shift.holds(area):
            top, left, _, right = area
            kept = (top, left, plot.first - 1, right)
            if top < plot.first and (top, left) != (plot.first - 1, right):
                tag = page.content[element.start : element.inner]
                yield Edit(element.start, element.inner, with_attribute(tag, name, said(kept)))
            else:
                gone.append(element)
            return
    new = shift.references(old, tuple(others))
    if not new:
        gone.append(element)
    elif new != old:
        tag = page.content[element.start : element.inner]
        yield Edit(element.start, element.inner, with_attribute(tag, name, new))


def _moved_text(
    page: SheetXml, plot: Plot, shift: Shift, element: Element, validated: Iterable[Area]
) -> Iterator[Edit]:
    if element.name == "sqref":
        validation = element.parent is not None and element.parent.name == _VALIDATION
        new = shift.references(element.text, tuple(validated) if validation else ())
        new = new or element.text
    else:
        new = shift.formula(element.text, plot.name)
    if new != element.text:
        yield Edit(element.inner, element.close, escape(new).encode())


def _removed(page: SheetXml, gone: list[Element]) -> Iterator[Edit]:
    """Elements taken out, with the list around them where it would be empty."""
    parents = {id(one.parent): one.parent for one in gone if one.parent is not None}
    for parent in parents.values():
        inside = [one for one in page.elements if one.parent is parent]
        left = len(inside) - sum(one in gone for one in inside)
        if not left and parent.name in (*_COUNTED, "hyperlinks", "ignoredErrors"):
            yield Edit(parent.start, parent.end, b"")
            gone = [one for one in gone if one.parent is not parent]
        elif "count" in parent.attributes:
            tag = page.content[parent.start : parent.inner]
            yield Edit(parent.start, parent.inner, with_attribute(tag, "count", str(left)))
    for one in gone:
        yield Edit(one.start, one.end, b"")


def _dimension(page: SheetXml, plot: Plot, shift: Shift, element: Element) -> Edit:
    area = area_of(element.attributes.get("ref", "")) or (1, 1, 1, 1)
    numbers = [row.number for row in page.rows if row.cells]
    kept = [target for number in numbers if (target := shift.row(number)) is not None]
    last = max([*kept, shift.first + shift.rows - 1 if shift.rows else 1, 1])
    if not plot_reaches_all(plot):
        last = max([last, *numbers])  # what stands beside the table did not move
    columns = [cell.column for row in page.rows for cell in row.cells]
    top = min([area[0], *numbers, *([shift.first] if shift.rows else [])])
    left = min([area[1], *plot.columns])
    right = max([*columns, *plot.columns])
    reference = f"{letter(left)}{top}:{letter(right)}{last}"
    tag = page.content[element.start : element.inner]
    return Edit(element.start, element.inner, with_attribute(tag, "ref", reference))


def plot_reaches_all(plot: Plot) -> bool:
    return plot.left == 1 and plot.right > max(plot.columns)


def shifted_cell(page: SheetXml, plot: Plot, shift: Shift, cell: Cell, target: int) -> bytes:
    """A cell where it now stands, its formula looking where it looked.

    The result of a formula over the records is left out: the one in the file is of the blank
    template, and a program that calculates will put in the right one.
    """
    raw = page.content[cell.start : cell.end]
    raw = with_attribute(raw, "r", f"{letter(cell.column)}{target}")
    formula = _FORMULA.search(raw) if cell.has_formula else None
    if formula is None:
        return raw
    text = unescape((formula[3] or b"").decode(), {"&quot;": '"', "&apos;": "'"})
    new = shift.formula(text, plot.name)
    made = raw[formula.start() : formula.end()]
    if new != text:
        made = raw[formula.start() : formula.start(3)] + escape(new).encode()
        made += raw[formula.end(3) : formula.end()]
    if found := re.search(rb"\bref\s*=\s*[\"']([^\"']*)[\"']", formula[2] or b""):
        moved = shift.references(found[1].decode())
        made = with_attribute(made, "ref", moved or found[1].decode())
    tail = raw[formula.end() :]
    if shift.rows and shift.touches(text):
        tail = _VALUE.sub(b"", tail, count=1)
    return raw[: formula.start()] + made + tail


def formula_cells(page: SheetXml) -> Iterator[tuple[int, int]]:
    """(row, column) of every formula of a sheet."""
    for row in page.rows:
        for cell in row.cells:
            if cell.has_formula:
                yield row.number, cell.column


def tables_after(parts: Mapping[str, bytes], sheet: str, shift: Shift) -> dict[str, bytes]:
    """The tables (Ctrl+T) of a sheet that reach elsewhere now: part -> content."""
    folder, name = posixpath.split(sheet)
    related = parts.get(f"{folder}/_rels/{name}.rels", b"")
    changed: dict[str, bytes] = {}
    for link in _LINK.findall(related):
        if not _said(link, b"Type").endswith("/table"):
            continue
        target = posixpath.normpath(posixpath.join("/" + folder, _said(link, b"Target")))
        part = next((key for key in parts if key.lower() == target.lstrip("/").lower()), "")
        if not part:
            continue
        edits = []
        for found in _TABLE_REF.finditer(parts[part]):
            old = _said(found[0], b"ref")
            new = shift.references(old)
            if old and new and new != old:
                edits.append(Edit(found.start(), found.end(), with_attribute(found[0], "ref", new)))
        if edits:
            changed[part] = edited(parts[part], edits)
    return changed


def _said(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return (found[1] or found[2] or b"").decode() if found else ""


def chain_after(
    parts: Mapping[str, bytes], original: Original, moved: Mapping[str, Shift]
) -> dict[str, bytes]:
    """The parts with the chain of formulas (calcChain.xml) following formulas that moved or went.

    Excel asks to repair a file whose chain names a cell without a formula.
    """
    left = dict(parts)
    chain = next((name for name in parts if name.lower() == "xl/calcchain.xml"), "")
    if not chain:
        return left
    places: dict[str, dict[str, str]] = {}
    numbers = _sheet_numbers(parts, original)
    for plot in original.plots:
        shift = moved[plot.part]
        found = {}
        for row, column in formula_cells(original.pages[plot.part]):
            within = plot.left <= column <= plot.right
            records = row >= plot.first and (not plot.below or row < plot.below)
            target = row if not within else None if records else shift.row(row)
            old = f"{letter(column)}{row}"
            found[old] = f"{letter(column)}{target}" if target is not None else ""
        places[numbers.get(plot.part.lower(), "")] = found
    content = parts[chain]
    edits: list[Edit] = []
    kept = 0
    sheet = ""
    named = ""
    for found_cell in _CHAINED.finditer(content):
        tag = found_cell[0]
        stated = _said(tag, b"i")
        sheet = stated or sheet
        old = _said(tag, b"r")
        new = places.get(sheet, {}).get(old, old)
        if not new:
            edits.append(Edit(found_cell.start(), found_cell.end(), b""))
            continue
        kept += 1
        made = with_attribute(tag, "r", new)
        if not stated and sheet and named != sheet:
            made = with_attribute(made, "i", sheet)  # the cell that named its sheet is gone
        named = sheet
        if made != tag:
            edits.append(Edit(found_cell.start(), found_cell.end(), made))
    if not edits:
        return left
    if kept:
        left[chain] = edited(content, edits)
        return left
    del left[chain]
    for name, content in parts.items():
        if name.lower() in ("[content_types].xml", "xl/_rels/workbook.xml.rels"):
            pattern = rb"<(?:\w+:)?(?:Override|Relationship)\b[^>]*calcChain\.xml[\"'][^>]*/>"
            left[name] = re.sub(pattern, b"", content, flags=re.IGNORECASE)
    return left


def _sheet_numbers(parts: Mapping[str, bytes], original: Original) -> dict[str, str]:
    """Sheet part -> the number by which the chain knows it."""
    book = next((parts[name] for name in parts if name.lower() == "xl/workbook.xml"), b"")
    numbers: dict[str, str] = {}
    by_name = {plot.name: plot.part.lower() for plot in original.plots}
    for tag in re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", book):
        name = unescape(_said(tag, b"name"), {"&quot;": '"', "&apos;": "'"})
        if name in by_name:
            numbers[by_name[name]] = _said(tag, b"sheetId")
    return numbers
