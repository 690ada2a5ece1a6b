"""The data validations of a sheet from its XML, ordinary and x14, and the lists they name.

openpyxl drops the x14 extension (ECMA-376 Part 1, 18.3.1.33; [MS-XLSX] 2.6.5), in which Excel
keeps every list that lies on another sheet, so the parts are read themselves. Formulas are looked
at, never calculated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from collector.packs.observed import ObservedList
from collector.sheets.archive import Archive
from collector.sheets.raw import number
from collector.sheets.refusals import refused

_MAX_PART = 32 << 20
_MAX_LABELS = 20_000
_AREA = re.compile(
    r"^=?(?:(?P<sheet>'(?:[^']|'')+'|[^'!\[\]]+)!)?"
    r"\$?(?P<left>[A-Z]{1,3})\$?(?P<top>[0-9]{1,7})"
    r"(?::\$?(?P<right>[A-Z]{1,3})\$?(?P<bottom>[0-9]{1,7}))?$"
)
_CELLS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})")
_NAME = re.compile(r"^=?[^\W\d][\w.]*$")


@dataclass(frozen=True, slots=True)
class Validation:
    kind: str
    operator: str
    first: str
    second: str
    prompt: str
    areas: tuple[tuple[int, int, int, int], ...]
    """(first row, first column, last row, last column)"""
    extension: bool

    def covers(self, column: int, first_row: int, last_row: int) -> bool:
        return any(
            left <= column <= right and top <= last_row and bottom >= first_row
            for top, left, bottom, right in self.areas
        )


def validations(archive: Archive, part: str) -> list[Validation]:
    """Every validation of a sheet part; ``InputRefused workbook.damaged`` where it is not XML."""
    content = archive.read(part, _MAX_PART)
    archive.check_xml(content, first=True)
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError:
        raise refused("workbook.damaged", archive.path) from None
    return list(_validations(root))


def _validations(root: ElementTree.Element) -> Iterator[Validation]:
    for element in root.iter():
        space, _, name = element.tag.rpartition("}")
        if name != "dataValidation":
            continue
        extension = "spreadsheetml/2009/9" in space
        reference = element.get("sqref", "")
        formulas = {"formula1": "", "formula2": ""}
        for child in element:
            tag = child.tag.rpartition("}")[2]
            if tag in formulas:
                formulas[tag] = "".join(child.itertext()).strip()
            elif tag == "sqref":
                reference = "".join(child.itertext())
        words = (element.get("promptTitle", ""), element.get("prompt", ""))
        yield Validation(
            element.get("type", "none"),
            element.get("operator", "between"),
            formulas["formula1"],
            formulas["formula2"],
            "：".join(word.strip() for word in words if word.strip()),
            tuple(_areas(reference)),
            extension,
        )


def _areas(reference: str) -> Iterator[tuple[int, int, int, int]]:
    for piece in reference.split():
        if cells := _CELLS.fullmatch(piece):
            left, top, right, bottom = cells.groups()
            yield int(top), number(left), int(bottom or top), number(right or left)
        elif columns := _COLUMNS.fullmatch(piece):
            yield 1, number(columns[1]), 1 << 20, number(columns[2])


def read_list(book: Workbook, sheet: Worksheet, validation: Validation) -> ObservedList:
    """The labels of a list validation, or why they cannot be read."""
    formula = validation.first
    if len(formula) > 1 and formula[0] == formula[-1] == '"':
        return _listed(formula[1:-1].replace('""', '"').split(","), formula, validation.extension)
    return _ranged(book, sheet, formula, validation.extension, names_followed=0)


def _ranged(
    book: Workbook, sheet: Worksheet, formula: str, extension: bool, names_followed: int
) -> ObservedList:
    def fault(code: str) -> ObservedList:
        return ObservedList((), formula, extension, code)

    if "[" in formula:
        return fault("other_workbook")
    if area := _AREA.match(formula):
        name = area["sheet"]
        named = name.strip("'").replace("''", "'") if name else sheet.title
        if named not in book.sheetnames:
            return fault("sheet")
        left, top = number(area["left"]), int(area["top"])
        right = number(area["right"] or area["left"])
        bottom = min(int(area["bottom"] or top), book[named].max_row)
        one_line = left == right or top == bottom
        if not one_line or (bottom - top + 1) * (right - left + 1) > _MAX_LABELS:
            return fault("range")
        cells = book[named].iter_rows(top, bottom, left, right, values_only=True)
        texts = [_text(value) for row in cells for value in row]
        return _listed(texts, formula, extension) if any(texts) else fault("range")
    if "INDIRECT" in formula.upper():
        return fault("indirect")
    if _NAME.match(formula):
        name = formula.lstrip("=")
        defined = sheet.defined_names.get(name) or book.defined_names.get(name)
        if defined is None or names_followed > 3 or not defined.attr_text:
            return fault("name")
        found = _ranged(book, sheet, defined.attr_text, extension, names_followed + 1)
        return ObservedList(found.labels, formula, extension, found.fault, found.repeated)
    return fault("formula")


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _listed(texts: list[str], origin: str, extension: bool) -> ObservedList:
    labels = [text.strip() for text in texts if text.strip()]
    distinct = tuple(dict.fromkeys(labels))
    repeated = tuple(label for label in distinct if labels.count(label) > 1)
    return ObservedList(distinct, origin, extension, "", repeated)
