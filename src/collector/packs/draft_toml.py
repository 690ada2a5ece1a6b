"""TOML as a draft is written in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def said_in_toml(value: str | bool | int | list[str] | Mapping[str, Any]) -> str:
    """A TOML value. JSON strings are TOML strings, but for DEL, which TOML wants escaped."""
    if isinstance(value, Mapping):
        pairs = ", ".join(
            f"{said_in_toml(key)} = {said_in_toml(item)}" for key, item in value.items()
        )
        return f"{{ {pairs} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_table(name: str, pairs: Mapping[str, Any]) -> str:
    lines = [
        f"{key} = {said_in_toml(value)}" for key, value in pairs.items() if value not in ("", 0)
    ]
    return "\n".join([f"\n{name}", *lines])
