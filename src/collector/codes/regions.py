"""County codes of GB/T 2260 since 1980, with those abolished since.

An ID keeps the code of the county where it was first issued, so a county that is gone is as good
as one that stands. The table is not complete: what is not in it is a doubt, never a fault.
"""

from __future__ import annotations

from functools import lru_cache

from collector import data_files

_TABLE = "region_history.csv"
"""first line: its source; then code, name, first year, last year"""


@lru_cache(maxsize=1)
def _history() -> dict[str, str]:
    """Code -> its latest name; later lines of a code are later names."""
    text = (data_files.folder("resources") / "tables" / _TABLE).read_text(encoding="utf-8")
    names: dict[str, str] = {}
    for line in text.splitlines()[1:]:
        code, name, _first, _last = line.split(",")
        names[code] = name
    return names


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    codes = _history()
    # A code that names only the province or the city, and 市辖区 (01), were given out as well.
    provinces = {code[:2] + "0000" for code in codes}
    cities = {code[:4] for code in codes}
    return frozenset(
        [*codes, *provinces, *(city + "00" for city in cities), *(city + "01" for city in cities)]
    )


def is_known(code: str) -> bool:
    """Whether some place in China has or had this six-digit code."""
    return code in _known()


def name(code: str) -> str:
    """Province, city and county as one text (浙江省杭州市西湖区); "" where nothing is known."""
    names = _history()
    parts: list[str] = []
    for part in (code[:2] + "0000", code[:4] + "00", code):
        found = names.get(part, "")
        if found and found not in parts:
            parts.append(found)
    return "".join(parts)
