"""The hostile kit: workbooks made to end, fill, stall or fool whoever reads them.

Each is named for its one defect and made here, byte by byte. ``REFUSED`` tells the code it must be
refused with; ``READ`` are those that look hostile and must be read whole all the same.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = "xl/worksheets/sheet1.xml"
HEADERS = ("姓名", "证件类型", "证件号")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number: int, *texts: str, shape: str = "") -> str:
    cells = "".join(cell(f"{chr(65 + i)}{number}", text) for i, text in enumerate(texts))
    return f'<row r="{number}"{shape}>{cells}</row>'


def sheet_xml(data: str, before: str = "", after: str = "") -> str:
    return (
        f'{PROLOGUE}<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData>{after}'
        "</worksheet>"
    )


def parts_of(sheets: Mapping[str, str | bytes], shared: str | None = None) -> dict[str, bytes]:
    """The parts of a sound package holding these sheets: name -> XML."""
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    listed = "".join(
        f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>'
        for i, name in enumerate(sheets, start=1)
    )
    related = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": f'{PROLOGUE}<Types xmlns="{TYPES}"><Default Extension="xml" '
        'ContentType="application/xml"/><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
        '"/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'spreadsheetml.sheet.main+xml"/>{types}</Types>',
        "_rels/.rels": f'{PROLOGUE}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{PROLOGUE}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f"{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{PROLOGUE}<Relationships xmlns="{PACKAGE}">{related}'
        f'<Relationship Id="rId900" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/sharedStrings.xml": shared
        or f'{PROLOGUE}<sst xmlns="{MAIN}" count="0" uniqueCount="0"></sst>',
    }
    made = {name: text.encode() for name, text in parts.items()}
    for i, text in enumerate(sheets.values(), start=1):
        made[f"xl/worksheets/sheet{i}.xml"] = text.encode() if isinstance(text, str) else text
    return made


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def people(count: int = 3) -> str:
    """A header and rows of made-up people with plainly invented numbers."""
    rows = [row(1, *HEADERS)]
    rows += [row(i, f"试验{i}", "居民身份证", f"{i:018d}") for i in range(2, count + 2)]
    return "".join(rows)


def book(data: str = "", before: str = "", after: str = "", **more: str) -> bytes:
    return packed(parts_of({"会员": sheet_xml(data or people(), before, after)}, **more))


def with_part(name: str, data: bytes) -> bytes:
    parts = parts_of({"会员": sheet_xml(people())})
    parts[name] = data
    return packed(parts)


def without_part(name: str) -> bytes:
    parts = parts_of({"会员": sheet_xml(people())})
    del parts[name]
    return packed(parts)


def _patched(offset_of: bytes, at: int, new: bytes) -> bytes:
    """The sound book with bytes changed in the first record that begins with ``offset_of``."""
    data = bytearray(book())
    start = data.index(offset_of) + at
    data[start : start + len(new)] = new
    return bytes(data)


def _twice_the_same_part() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts_of({"会员": sheet_xml(people())}).items():
            archive.writestr(name, data)
        archive.writestr(SHEET.replace("sheet1", "SHEET1"), sheet_xml(row(1, *HEADERS)).encode())
    return target.getvalue()


def _overlapping() -> bytes:
    """Every directory entry points at one local header."""
    data = bytearray(book())
    first = data.index(b"PK\x01\x02")
    place = first
    while data[place : place + 4] == b"PK\x01\x02":
        name, extra, comment = struct.unpack("<HHH", data[place + 28 : place + 34])
        data[place + 42 : place + 46] = struct.pack("<I", 0)
        place += 46 + name + extra + comment
    return bytes(data)


def _size_lie() -> bytes:
    """The directory says the sheet unpacks to 100 bytes."""
    data = bytearray(book())
    place = data.index(b"PK\x01\x02")
    while data[place : place + 4] == b"PK\x01\x02":
        name, extra, comment = struct.unpack("<HHH", data[place + 28 : place + 34])
        if data[place + 46 : place + 46 + name] == SHEET.encode():
            data[place + 24 : place + 28] = struct.pack("<I", 100)
        place += 46 + name + extra + comment
    return bytes(data)


def _bomb(megabytes: int, fill: bytes) -> bytes:
    """A sheet of one repeated byte sequence, packed without ever holding it whole."""
    head = sheet_xml("\0").encode()
    before, _, after = head.partition(b"\0")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in parts_of({"会员": ""}).items():
            if name != SHEET:
                archive.writestr(name, data)
        block = fill * ((1 << 20) // len(fill))
        with archive.open(SHEET, "w", force_zip64=True) as part:
            part.write(before)
            for _ in range(megabytes):
                part.write(block)
            part.write(after)
    return target.getvalue()


def _stored_deflate_of(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _many_parts() -> bytes:
    parts = parts_of({"会员": sheet_xml(people())})
    parts |= {f"xl/media/{i}.bin": b"" for i in range(5000)}
    return packed(parts, zipfile.ZIP_STORED)


def _entities(depth: int) -> str:
    lines = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, depth)
    )
    return sheet_xml(people()).replace(PROLOGUE, f"{PROLOGUE}<!DOCTYPE worksheet [{lines}]>")


def _shared(attributes: str, strings: str = "<si><t>甲</t></si>") -> str:
    return f'{PROLOGUE}<sst xmlns="{MAIN}" {attributes}>{strings}</sst>'


def _ole(*streams: str) -> bytes:
    """The beginning of an OLE file with directory entries of these names."""
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return OLE + bytes(504) + entries.ljust(512, b"\0") + bytes(2048)


def _encrypted_zip() -> bytes:
    data = bytearray(book())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.find(mark)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


def _merges(count: int) -> str:
    refs = "".join(f'<mergeCell ref="A{i}:B{i}"/>' for i in range(2, count + 2))
    return f'<mergeCells count="{count}">{refs}</mergeCells>'


def _utf16(xml: str) -> bytes:
    return xml.replace("UTF-8", "UTF-16").encode("utf-16")


Maker = Callable[[], bytes]

REFUSED: dict[str, tuple[str, str, Maker]] = {
    # name: (suffix, code, maker)
    "zero_bytes": (".xlsx", "workbook.empty", lambda: b""),
    "one_byte": (".xlsx", "workbook.not_a_workbook", lambda: b"P"),
    "random_bytes": (".xlsx", "workbook.not_a_workbook", lambda: bytes(range(256)) * 40),
    "html_named_xls": (
        ".xls",
        "workbook.not_a_workbook",
        lambda: "<html><table><tr><td>姓名</td></tr></table></html>".encode(),
    ),
    "spreadsheetml_2003_named_xls": (
        ".xls",
        "workbook.not_a_workbook",
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
    ),
    "pdf_named_xlsx": (".xlsx", "workbook.not_a_workbook", lambda: b"%PDF-1.7\n" + bytes(2000)),
    "plain_zip": (
        ".xlsx",
        "workbook.not_a_workbook",
        lambda: packed({"readme.txt": b"hello"}),
    ),
    "word_document": (
        ".xlsx",
        "workbook.not_a_workbook",
        lambda: with_part(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type='
            f'"{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'.encode(),
        ),
    ),
    "no_content_types": (
        ".xlsx",
        "workbook.not_a_workbook",
        lambda: without_part("[Content_Types].xml"),
    ),
    "no_workbook_part": (
        ".xlsx",
        "workbook.not_a_workbook",
        lambda: without_part("xl/workbook.xml"),
    ),
    "no_sheet_part": (".xlsx", "workbook.damaged", lambda: without_part(SHEET)),
    "nul_in_csv": (".csv", "workbook.not_a_workbook", lambda: b"a,b\n\0,\0\n" * 10),
    "unknown_encoding_csv": (
        ".csv",
        "workbook.encoding",
        lambda: "姓名,证件号\n".encode() + b"\xff\xff\x81\x00\xfe"[:2] + b"\xff,1\n",
    ),
    "csv_as_wide_as_the_sea": (".csv", "workbook.too_large", lambda: b"," * 20_000 + b"\n"),
    "csv_of_separators": (".csv", "workbook.too_large", lambda: (b"," * 3_000 + b"\n") * 9_000),
    "truncated_half": (".xlsx", "workbook.damaged", lambda: book()[: len(book()) // 2]),
    "truncated_last_byte": (".xlsx", "workbook.damaged", lambda: book()[:-20]),
    "directory_offset_beyond_end": (
        ".xlsx",
        "workbook.damaged",
        lambda: book()[:-6] + struct.pack("<IH", 0x7FFFFFFF, 0),
    ),
    "method_unknown": (
        ".xlsx",
        "workbook.damaged",
        lambda: _patched(b"PK\x01\x02", 10, struct.pack("<H", 99)),
    ),
    "checksum_wrong": (
        ".xlsx",
        "workbook.damaged",
        lambda: _patched(b"PK\x01\x02", 16, b"\xde\xad\xbe\xef"),
    ),
    "encrypted_parts": (".xlsx", "workbook.encrypted", _encrypted_zip),
    "encrypted_package_in_ole": (
        ".xlsx",
        "workbook.encrypted",
        lambda: _ole("Root Entry", "EncryptionInfo", "EncryptedPackage"),
    ),
    "ole_without_workbook": (".xls", "workbook.damaged", lambda: _ole("Root Entry")),
    "ole_header_only": (".xls", "workbook.damaged", lambda: OLE),
    "part_twice_in_other_case": (".xlsx", "workbook.zip_bomb", _twice_the_same_part),
    "overlapping_parts": (".xlsx", "workbook.zip_bomb", _overlapping),
    "five_thousand_parts": (".xlsx", "workbook.zip_bomb", _many_parts),
    "size_understated": (".xlsx", "workbook.damaged", _size_lie),
    "bomb_of_spaces": (".xlsx", "workbook.zip_bomb", lambda: _bomb(64, b" ")),
    "bomb_of_one_cell": (".xlsx", "workbook.zip_bomb", lambda: _bomb(64, b"a")),
    "bomb_of_rows": (".xlsx", "workbook.zip_bomb", lambda: _bomb(64, b"<row/>")),
    "bomb_in_theme": (
        ".xlsx",
        "workbook.zip_bomb",
        lambda: with_part("xl/theme/theme1.xml", b" " * (16 << 20)),
    ),
    "bomb_in_workbook_part": (
        ".xlsx",
        "workbook.zip_bomb",
        lambda: with_part("xl/workbook.xml", b" " * (9 << 20)),
    ),
    "billion_laughs_in_sheet": (
        ".xlsx",
        "workbook.dtd",
        lambda: packed(parts_of({"会员": _entities(12)})),
    ),
    "external_entity_in_sheet": (
        ".xlsx",
        "workbook.dtd",
        lambda: packed(
            parts_of(
                {
                    "会员": sheet_xml(people()).replace(
                        PROLOGUE,
                        f'{PROLOGUE}<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
                    )
                }
            )
        ),
    ),
    "dtd_in_shared_strings": (
        ".xlsx",
        "workbook.dtd",
        lambda: book(shared=_shared('count="1"').replace("?>\n", "?>\n<!DOCTYPE sst>")),
    ),
    "dtd_in_workbook_part": (
        ".xlsx",
        "workbook.dtd",
        lambda: with_part("xl/workbook.xml", b"<!DOCTYPE workbook><workbook/>"),
    ),
    "dtd_in_relations": (
        ".xlsx",
        "workbook.dtd",
        lambda: with_part("_rels/.rels", b"<!DOCTYPE x><Relationships/>"),
    ),
    "utf16_sheet": (
        ".xlsx",
        "workbook.utf16_sheet",
        lambda: packed(parts_of({"会员": _utf16(sheet_xml(people()))})),
    ),
    "utf16_sheet_without_mark": (
        ".xlsx",
        "workbook.utf16_sheet",
        lambda: packed(parts_of({"会员": sheet_xml(people()).encode("utf-16-le")})),
    ),
    "utf16_shared_strings": (
        ".xlsx",
        "workbook.utf16_sheet",
        lambda: with_part("xl/sharedStrings.xml", _utf16(_shared('count="1"'))),
    ),
    "gbk_sheet": (
        ".xlsx",
        "workbook.utf16_sheet",
        lambda: packed(
            parts_of({"会员": sheet_xml(people()).replace("UTF-8", "GBK").encode("gbk")})
        ),
    ),
    "far_corner": (
        ".xlsx",
        "workbook.far_cells",
        lambda: book(people() + f'<row r="1048576">{cell("XFD1048576", "1")}</row>'),
    ),
    "far_corner_in_an_early_row": (
        ".xlsx",
        "workbook.far_cells",
        lambda: book(f'<row r="1">{cell("A1", "1")}{cell("XFD1048576", "1")}</row>'),
    ),
    "far_corner_under_a_prefix": (
        ".xlsx",
        "workbook.far_cells",
        lambda: packed(
            parts_of(
                {
                    "会员": f'{PROLOGUE}<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1">'
                    '<x:c r="A1"><x:v>1</x:v></x:c></x:row><x:row r="1048576">'
                    '<x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
                }
            )
        ),
    ),
    "far_corner_in_single_quotes": (
        ".xlsx",
        "workbook.far_cells",
        lambda: book(
            "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'>"
            "<c r='XFD1048576'><v>1</v></c></row>"
        ),
    ),
    "far_corner_on_new_lines": (
        ".xlsx",
        "workbook.far_cells",
        lambda: book(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">'
            '<c\nr="XFD1048576"\n><v>1</v></c></row>'
        ),
    ),
    "row_beyond_any_sheet": (
        ".xlsx",
        "workbook.impossible_place",
        lambda: book(people() + f'<row r="4294967295">{cell("A4294967295", "1")}</row>'),
    ),
    "row_one_too_many": (
        ".xlsx",
        "workbook.impossible_place",
        lambda: book(people() + f'<row r="1048577">{cell("A1048577", "1")}</row>'),
    ),
    "column_beyond_zzz": (
        ".xlsx",
        "workbook.impossible_place",
        lambda: book(f'<row r="1">{cell("AAAA1", "1")}</row>'),
    ),
    "column_beyond_xfd": (
        ".xlsx",
        "workbook.impossible_place",
        lambda: book(f'<row r="1">{cell("XFE1", "1")}</row>'),
    ),
    "cell_without_a_row_number": (
        ".xlsx",
        "workbook.impossible_place",
        lambda: book(f'<row r="1">{cell("A", "1")}</row>'),
    ),
    "row_number_zero": (
        ".xlsx",
        "workbook.impossible_place",
        lambda: book(f'<row r="0">{cell("A0", "1")}</row>'),
    ),
    "impossible_dimension": (
        ".xlsx",
        "workbook.impossible_place",
        lambda: book(before='<dimension ref="A1:ZZZZZ99999999"/>'),
    ),
    "dimension_of_letters": (
        ".xlsx",
        "workbook.impossible_place",
        lambda: book(before='<dimension ref="all of it"/>'),
    ),
    "merge_beyond_any_sheet": (
        ".xlsx",
        "workbook.impossible_place",
        lambda: book(after='<mergeCells><mergeCell ref="A1:XFD9999999"/></mergeCells>'),
    ),
    "seventy_thousand_merges": (
        ".xlsx",
        "workbook.too_many_merges",
        lambda: book(after=_merges(70_000)),
    ),
    "shared_strings_four_billion": (
        ".xlsx",
        "workbook.impossible_counts",
        lambda: book(shared=_shared('count="1" uniqueCount="4000000000"')),
    ),
    "shared_strings_a_trillion_million": (
        ".xlsx",
        "workbook.impossible_counts",
        lambda: book(shared=_shared('count="1" uniqueCount="1000000000000000000"')),
    ),
    "shared_strings_negative": (
        ".xlsx",
        "workbook.impossible_counts",
        lambda: book(shared=_shared('count="1" uniqueCount="-1"')),
    ),
    "ten_thousand_sheets": (
        ".xlsx",
        "workbook.zip_bomb",
        lambda: packed(
            parts_of({f"表{i}": sheet_xml("") for i in range(10_000)}), zipfile.ZIP_STORED
        ),
    ),
    "a_thousand_sheets": (
        ".xlsx",
        "workbook.too_many_sheets",
        lambda: packed(
            parts_of({f"表{i}": sheet_xml("") for i in range(1_000)}), zipfile.ZIP_STORED
        ),
    ),
    "two_sheets_one_part": (
        ".xlsx",
        "workbook.damaged",
        lambda: with_part(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="甲" sheetId="1" '
            'r:id="rId1"/><sheet name="乙" sheetId="2" r:id="rId1"/></sheets></workbook>'.encode(),
        ),
    ),
    "unclosed_sheet": (
        ".xlsx",
        "workbook.damaged",
        lambda: with_part(SHEET, sheet_xml(people())[:-40].encode()),
    ),
    "not_xml_at_all": (".xlsx", "workbook.damaged", lambda: with_part(SHEET, b"hello" * 100)),
    "unknown_entity": (".xlsx", "workbook.damaged", lambda: book(row(1, "&nope;", "x"))),
    "formula_without_end": (
        ".xlsx",
        "workbook.damaged",
        lambda: book('<row r="1"><c r="A1"><f>1+1</v></c></row>'),
    ),
}

READ: dict[str, tuple[int, Maker]] = {
    # name: (rows with people, maker)
    "dimension_too_small": (3, lambda: book(before='<dimension ref="A1:A2"/>')),
    "dimension_as_large_as_a_sheet": (3, lambda: book(before='<dimension ref="A1:XFD1048576"/>')),
    "rows_without_numbers": (
        1,
        lambda: book(
            '<row><c t="inlineStr"><is><t>姓名</t></is></c><c t="inlineStr"><is><t>证件号</t>'
            '</is></c></row><row><c t="inlineStr"><is><t>试验</t></is></c>'
            '<c t="inlineStr"><is><t>000000000000000002</t></is></c></row>'
        ),
    ),
    "styled_blank_cells_to_the_last_row": (
        3,
        lambda: book(people() + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'),
    ),
    "merge_over_the_whole_sheet": (
        3,
        lambda: book(after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    ),
    "prefixed_elements": (
        1,
        lambda: packed(
            parts_of(
                {
                    "会员": f'{PROLOGUE}<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1">'
                    '<x:c r="A1" t="str"><x:v>姓名</x:v></x:c><x:c r="B1" t="str"><x:v>证件号'
                    '</x:v></x:c></x:row><x:row r="2"><x:c r="A2" t="str"><x:v>试验</x:v></x:c>'
                    '<x:c r="B2" t="str"><x:v>000000000000000002</x:v></x:c></x:row>'
                    "</x:sheetData></x:worksheet>"
                }
            )
        ),
    ),
    "comments_between_rows": (3, lambda: book(people().replace("</row>", "</row><!-- x -->"))),
    "stored_not_deflated": (
        3,
        lambda: packed(parts_of({"会员": sheet_xml(people())}), zipfile.ZIP_STORED),
    ),
    "half_of_the_rows_hidden": (
        40,
        lambda: book(people(40).replace('<row r="1', '<row hidden="1" r="1')),
    ),
}
