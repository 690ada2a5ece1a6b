"""Which stored record a row is about."""

from __future__ import annotations

from collections.abc import Callable

from collector.model import Kind, Outcome, Table
from collector.services.matching import Matcher
from collector.services.session import Session


def test_an_officer_without_a_number_on_two_committees_is_two_known_records(
    workspace: Callable[[str], Session],
) -> None:
    session = workspace("huizhou-2018")
    columns = {
        "union_code": ["81420000TEST000001"] * 3,
        "committee": ["工会委员会", "经费审查委员会", "女职工委员会"],
        "name": ["虚构甲"] * 3,
        "post": ["主席", "委员", "委员"],
    }
    table = Table(Kind.OFFICER, columns, [5, 6, 7])
    kept = [
        session.store.save(Kind.OFFICER, table.record(index), operator="某", pack="huizhou-2018/1")
        for index in range(2)
    ]
    fates, ids = Matcher(session.store).match(table)
    assert fates == [Outcome.UNCHANGED, Outcome.UNCHANGED, Outcome.ADDED]
    assert ids == [kept[0][0], kept[1][0], None]
