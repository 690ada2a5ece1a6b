"""Rows of text cells as XML: no value becomes a formula, a number or a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)"
)


def cell_text(text: str) -> str:
    """Text as it stands in a cell; what XML cannot hold is written the way Excel writes it."""
    return escape(_NO_TEXT.sub(lambda found: f"_x{ord(found[0]):04X}_", text))


def cell_start(letters: str, style: str, prefix: str = "") -> str:
    """The beginning of a cell's tag, ``%d`` where the row's number belongs."""
    worn = f' s="{style}"' if style else ""
    return f'<{prefix}c r="{letters}%d"{worn}'


def row_cells(number: int, texts: Sequence[str], starts: Sequence[str], prefix: str = "") -> str:
    """The cells of one row; ``starts`` as ``cell_start`` makes them."""
    p = prefix
    return "".join(
        f'{start % number} t="inlineStr"><{p}is><{p}t xml:space="preserve">{cell_text(text)}'
        f"</{p}t></{p}is></{p}c>"
        if text
        else f"{start % number}/>"
        for start, text in zip(starts, texts, strict=True)
    )
