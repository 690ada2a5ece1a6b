"""Versions of packs and of the program: numbers with dots, a draft before what it becomes."""

from __future__ import annotations

import re


class NewerFormatError(Exception):
    """Something is written in a later version of its format than this program knows."""


_VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}(?:-[a-z0-9]{1,12})?")


def is_version(text: str) -> bool:
    """``1``, ``2.1``, ``0-draft``."""
    return _VERSION.fullmatch(text) is not None


def version_key(text: str) -> tuple[tuple[int, ...], bool, str]:
    """Sorts versions: 2 = 2.0 < 2.1-draft < 2.1 < 10. Raises ValueError for what is none."""
    if not is_version(text):
        raise ValueError(text)
    numbers, _, suffix = text.partition("-")
    parts = [int(part) for part in numbers.split(".")]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return tuple(parts), not suffix, suffix
