"""A peer, in an environment of its own: frictionless validates the file (check only)."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from frictionless import Checklist, Dialect, Schema, formats, resources, system


def main(members: str, schema: str) -> None:
    told = json.loads(Path(schema).read_text(encoding="utf-8"))
    fields = []
    for column in told["columns"]:
        constraints: dict[str, object] = {}
        if column["required"]:
            constraints["required"] = True
        if column["choices"]:
            constraints["enum"] = column["choices"]
        if column["pattern"]:
            constraints["pattern"] = column["pattern"]
        field = {"name": column["header"], "type": "string", "constraints": constraints}
        if column["date"]:
            field |= {"type": "date", "format": "%Y/%m/%d"}
        if column["kind"] == "serial":
            field |= {"type": "any"}
        fields.append(field)
    dialect = Dialect(header_rows=[told["header_row"]], controls=[formats.ExcelControl(sheet=1)])
    path = Path(members)
    with system.use_context(trusted=True):
        used, began = time.process_time(), time.perf_counter()
        resource = resources.TableResource(
            path=str(path),
            schema=Schema.from_descriptor({"fields": fields}),
            dialect=dialect,
        )
        report = resource.validate(Checklist(), limit_errors=1_000_000)
        done, used = time.perf_counter(), time.process_time() - used
    kinds = sorted({error[0] for error in report.flatten(["type"])})
    rows = report.tasks[0].stats.get("rows")
    print(json.dumps({"seconds": done - began, "cpu": used, "rows": rows, "errors": kinds}))


if __name__ == "__main__":
    main(*sys.argv[1:])
