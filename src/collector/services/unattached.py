"""The members without a known unit or union (S-001 to S-003: 空挂会员), one by one."""

from __future__ import annotations

from array import array

from collector.model import Kind, Status, Table
from collector.progress import Progress
from collector.services import linking
from collector.services.session import Session
from collector.wording import Text

_CHUNK = 2000
_REFERRING = ("unit_code", "unit_name", "union_code", "union_name")


def unattached_ids(session: Session, progress: Progress | None = None) -> array[int]:
    """Ids of live members whose unit or union is not among the records, in order of keying."""
    store = session.store
    index = linking.stored_index(store)
    live = {status.value for status in linking.LIVE}
    ids = store.order(Kind.MEMBER, sort="id", descending=False, search="", status=None, where={})
    found = array("q")
    for start in range(0, len(ids), _CHUNK):
        if progress is not None:
            progress.step(Text("查找空挂会员", "Looking for members"), start, len(ids))
        page = [
            row
            for row in store.page(Kind.MEMBER, ids[start : start + _CHUNK], _REFERRING)
            if Status(row[1]).value in live
        ]
        columns = {name: [row[place + 3] for row in page] for place, name in enumerate(_REFERRING)}
        table = Table(Kind.MEMBER, columns, list(range(1, len(page) + 1)))
        linking.link([table], index, session.pack)
        found.extend(
            row[0]
            for row, known in zip(page, linking.attached(table, index), strict=True)
            if not known
        )
    return found
