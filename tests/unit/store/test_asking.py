"""Lists, searches and lookups against what plain Python says about the same people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import store
from collector.model import KEY_FIELD, Kind, Status
from collector.store import Store
from tests.unit.store.store_kit import CHEAP, OPERATOR, PACK, batch, members

MEMBER = Kind.MEMBER
COUNT = 300


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = store.create(tmp_path_factory.mktemp("asking") / "w", "p", "某", {}, kdf=CHEAP)
    made.store.commit_batch(batch(members(COUNT)))
    made.store.set_status(MEMBER, range(10, 40), Status.INACTIVE, "退休", OPERATOR)
    yield made.store
    made.store.close()


def everyone() -> list[dict[str, str]]:
    table = members(COUNT)
    return [
        {
            **table.record(index),
            "id": str(index + 1),
            "status": "inactive" if 10 <= index + 1 < 40 else "valid",
        }
        for index in range(COUNT)
    ]


searches = st.sampled_from(
    ["", "虚构", "虚构3", "虚", "test0000000000001", "TEST", "3号", "%", "_"]
)


@given(
    sort=st.sampled_from(["id", "name", "id_number", "phone", "union_code"]),
    descending=st.booleans(),
    search=searches,
    status=st.sampled_from([None, Status.VALID, Status.INACTIVE, Status.DRAFT]),
    union=st.sampled_from(["", "8142TEST0000000001", "8142TEST0000000003"]),
)
def test_any_list_holds_whom_it_should_in_the_order_asked_for(
    filled: Store, sort: str, descending: bool, search: str, status: Status | None, union: str
) -> None:
    where = {"union_code": union} if union else {}
    wanted = {
        int(one["id"])
        for one in everyone()
        if (one["name"].startswith(search) or one["id_number"].startswith(search.upper()))
        and status in (None, one["status"])
        and union in ("", one["union_code"])
    }
    found = filled.order(
        MEMBER, sort=sort, descending=descending, search=search, status=status, where=where
    )
    assert found.typecode == "q"
    assert len(found) == len(wanted)
    assert set(found) == wanted
    by_number = {int(one["id"]): one for one in everyone()}
    keys = [int(i) if sort == "id" else by_number[i][sort] for i in found]
    assert keys == sorted(keys, reverse=descending)


def test_an_order_asked_for_again_after_a_write_is_that_of_now(tmp_path: Path) -> None:
    made = store.create(tmp_path / "w", "p", "某", {}, kdf=CHEAP)
    opened = made.store
    opened.commit_batch(batch(members(20)))
    for sort in ("id", "name", "id_number", "phone"):
        opened.order(MEMBER, sort=sort)
    opened.save(MEMBER, {"name": "一", "phone": "0"}, id=20, operator=OPERATOR, pack=PACK)
    number = opened.save(MEMBER, {"name": "", "phone": "1"}, operator=OPERATOR, pack=PACK)[0]
    assert list(opened.order(MEMBER, sort="name"))[:2] == [number, 20]
    assert list(opened.order(MEMBER, sort="phone"))[:2] == [20, number]
    assert opened.order(MEMBER, sort="id_number")[0] == number
    assert opened.order(MEMBER)[-1] == number
    mine = opened.order(MEMBER)
    mine[0] = -1
    assert opened.order(MEMBER)[0] == 1
    opened.close()


def test_a_page_is_in_the_order_of_its_ids(filled: Store) -> None:
    rows = filled.page(MEMBER, [200, 3, 77, 99999], ["phone", "name"])
    assert [row[0] for row in rows] == [200, 3, 77]
    assert rows[1] == (3, "valid", 1, "19900000002", "虚构2号")


@pytest.mark.parametrize("field", ["id_number", "phone", "name", "union_code"])
@pytest.mark.parametrize("size", [0, 1, 5000])
def test_a_lookup_finds_exactly_the_living_who_have_the_value(
    filled: Store, field: str, size: int
) -> None:
    asked = [one[field] for one in everyone()][:size] + [f"none-{n}" for n in range(size)] + [""]
    living = {one[field] for one in everyone() if one["status"] == "valid"}
    assert filled.lookup().known(MEMBER, field, asked) == set(asked) & living


def test_a_lookup_gives_the_fields_asked_for(filled: Store) -> None:
    found = filled.lookup().stored(MEMBER, "id_number", ["TEST00000000000002"], ["name", "id"])
    assert found == {"TEST00000000000002": ("虚构2号", 3)}


def test_a_stream_gives_everyone_once_by_key(filled: Store) -> None:
    chunks = filled.stream(MEMBER, [KEY_FIELD[MEMBER]], {}, [Status.VALID, Status.INACTIVE])
    found = [row[0] for chunk in chunks for row in chunk]
    assert found == sorted(one["id_number"] for one in everyone())


def test_what_cannot_be_a_field_never_reaches_the_sql(filled: Store) -> None:
    with pytest.raises(KeyError):
        filled.order(MEMBER, sort='name"; DROP TABLE member; --')
    with pytest.raises(KeyError):
        filled.order(MEMBER, where={"x') OR 1=1 --": "1"})


@pytest.mark.parametrize("kind", list(Kind))
def test_every_index_named_in_the_layout_is_used(filled: Store, kind: Kind) -> None:
    from collector.store.layout import INDEXED, TABLES

    for field in sorted(INDEXED[kind]):
        with filled._reading() as connection:
            plan = connection.execute(
                f"EXPLAIN QUERY PLAN SELECT id FROM (SELECT value AS asked FROM json_each('[]'))"
                f" CROSS JOIN {TABLES[kind]} ON {field} = asked AND {field} <> ''"
            ).fetchall()
        assert any("USING" in row[3] and "INDEX" in row[3] for row in plan[1:]), field


def test_pack_and_kind_are_told_in_counts(filled: Store) -> None:
    assert filled.counts() == {(MEMBER, Status.VALID): COUNT - 30, (MEMBER, Status.INACTIVE): 30}
    record = filled.get(MEMBER, 1)
    assert record is not None
    assert record.pack == PACK
