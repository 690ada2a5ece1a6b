"""Lists of a million members: a page of 100 anywhere in any order; search by number or name."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import making
import measuring
from collector.model import Kind
from collector.services import editing, made_up, records


def main(members: str) -> None:
    count = int(members)
    with tempfile.TemporaryDirectory() as folder:
        session = making.filled(Path(folder) / "home", count)
        shown = [column.field for column in records.columns(session, Kind.MEMBER)]
        orders: dict[str, float] = {}
        pages: list[float] = []
        for sort in ("id", "id_number", "name", "join_date", "unit_name"):
            for down in (False, True):
                began = time.perf_counter()
                ids = records.order(session, Kind.MEMBER, sort=sort, descending=down)
                orders[f"{sort}{' desc' if down else ''}"] = time.perf_counter() - began
                for place in range(0, count, max(100, count // 40)):
                    began = time.perf_counter()
                    page = records.page(session, Kind.MEMBER, ids[place : place + 100], shown)
                    pages.append(time.perf_counter() - began)
                    assert len(page) == min(100, count - place)
        searches: dict[str, dict[str, float]] = {}
        for number in range(0, count, max(1, count // 20)):
            identity, name = made_up.resident_number(number), made_up.person_name(number)
            for what, text in (
                ("whole number", identity),
                ("number, 14 digits", identity[:14]),
                ("number, 10 digits", identity[:10]),
                ("whole name", name),
                ("name, 2 characters", name[:2]),
            ):
                began = time.perf_counter()
                ids = records.order(session, Kind.MEMBER, search=text)
                records.page(session, Kind.MEMBER, ids[:100], shown)
                took = time.perf_counter() - began
                worst = searches.setdefault(what, {"worst_ms": 0.0, "found": 0})
                worst["worst_ms"] = max(worst["worst_ms"], took * 1000)
                worst["found"] = max(worst["found"], len(ids))
        forms: list[float] = []
        last = session.store.get(Kind.MEMBER, int(ids[0]))
        assert last is not None
        for number in range(200):
            typed = {**last.values, "id_number": made_up.resident_number(count + number)}
            began = time.perf_counter()
            values = editing.canonical_form(session, Kind.MEMBER, typed)
            editing.check_form(session, Kind.MEMBER, values)
            forms.append(time.perf_counter() - began)
        session.close()
    measuring.tell(
        members=count,
        page=measuring.spread(pages),
        order_seconds=orders,
        search=searches,
        form_opened_ms=forms[0] * 1000,
        form=measuring.spread(forms[1:]),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
