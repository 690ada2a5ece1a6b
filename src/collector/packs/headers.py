"""When two header texts are the same column name."""

from __future__ import annotations

import re

from collector.packs.dictionary import label_key

_MARKS = re.compile(r"[*:\"'“”]|\((?:必填|必填项|必采|选填)\)")


def header_key(text: str) -> str:
    """A header text without white space, line breaks, required marks, width and case.

    ``*联系电话：`` and ``联系 电话（必填）`` are one column name; what else stands in brackets
    (a format, 格式：yyyy/MM/dd) belongs to the name.
    """
    return _MARKS.sub("", label_key(text))
