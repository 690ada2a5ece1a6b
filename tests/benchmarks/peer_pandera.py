"""A peer, in an environment of its own: pandas + calamine + pandera, python-stdnum for the IDs."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent, ValidationError


def is_sound(number: str) -> bool:
    """All that stdnum checks; but that it refuses some valid places must not fail every row."""
    try:
        ric.get_birth_date(number)
        with contextlib.suppress(InvalidComponent):
            ric.get_birth_place(number)
        return ric.calc_check_digit(number) == number[-1]
    except ValidationError:
        return False


def main(members: str, schema: str) -> None:
    told = json.loads(Path(schema).read_text(encoding="utf-8"))
    columns = {}
    for column in told["columns"]:
        checks = []
        if column["choices"]:
            checks.append(pa.Check.isin(column["choices"]))
        if column["pattern"]:
            checks.append(pa.Check.str_matches(column["pattern"] + "$"))
        if column["unique"]:
            checks.append(pa.Check(is_sound, element_wise=True))
        if column["date"]:
            checks.append(
                pa.Check(
                    lambda texts: (
                        pd.to_datetime(texts, format="%Y/%m/%d", errors="coerce").notna()
                        | texts.isna()
                    )
                )
            )
        columns[column["header"]] = pa.Column(
            checks=checks, nullable=not column["required"], unique=column["unique"]
        )
    wanted = pa.DataFrameSchema(columns)
    used, began = time.process_time(), time.perf_counter()
    frame = pd.read_excel(
        members, engine="calamine", header=told["header_row"] - 1, dtype=str, keep_default_na=True
    )
    try:
        wanted.validate(frame, lazy=True)
        failures = 0
    except pa.errors.SchemaErrors as found:
        failures = len(found.failure_cases)
    done, used = time.perf_counter(), time.process_time() - used
    print(
        json.dumps({"seconds": done - began, "cpu": used, "rows": len(frame), "failures": failures})
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
