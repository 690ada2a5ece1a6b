"""The figures, as ratios within one run, on made-up data.

``python tests/benchmarks/run.py [--rows N] [--members N] [--sealed N] [--only NAME ...]``
with a Python that has the project. What is compared runs in turns, so that a busy moment meets
all. The peers are installed into an environment of their own under build/benchmarks.
Nothing here asserts a time: figures are for people; docs/benchmarks.md keeps the last ones.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

import making
import schema

HERE = Path(__file__).resolve().parent
WORK = HERE.parent.parent / "build" / "benchmarks"

Figures = dict[str, Any]


def piece(name: str, *arguments: object, python: str = sys.executable) -> Figures:
    """Run one measurement in a process of its own; what its last line says."""
    command = [python, str(HERE / f"{name}.py"), *map(str, arguments)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    environment["PYTHONPATH"] = str(HERE.parent.parent / "src")  # the peers' Python lacks us
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{name} failed with {done.returncode}")
    found: Figures = json.loads(done.stdout.decode("utf-8").strip().splitlines()[-1])
    return found


def peers_python() -> str:
    """A throw-away environment with the peers."""
    folder = WORK / "peers"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = (HERE / "peers.txt").read_text()
    stamp = folder / "installed.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(folder, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "-q", "-r", str(HERE / "peers.txt")]
        subprocess.run(install, check=True)
        stamp.write_text(wanted)
    return str(python)


def middle(runs: list[Figures], name: str = "seconds") -> float:
    return statistics.median(run[name] for run in runs)


def importing(rows: int, repeat: int) -> Figures:
    """Import against the floor, twice the rows, and memory."""
    books, twice = making.workbooks(WORK, rows), making.workbooks(WORK, 2 * rows)
    floors, imports, doubles = [], [], []
    for _ in range(repeat):
        floors.append(piece("piece_floor", books[1]))
        imports.append(piece("piece_import", *books))
        doubles.append(piece("piece_import", *twice))
    watched = piece("piece_import", *books, "memory")
    pairs = zip(floors, imports, strict=True)
    return {
        "rows": rows,
        "floor_s": middle(floors),
        "floor_read_s": middle(floors, "read"),
        "import_s": middle(imports),
        "import_check_s": middle(imports, "check"),
        "import_commit_s": middle(imports, "commit"),
        "ratio": middle(imports) / middle(floors),
        "floor_cpu_s": middle(floors, "cpu"),
        "import_cpu_s": middle(imports, "cpu"),
        "ratio_cpu": middle(imports, "cpu") / middle(floors, "cpu"),
        "ratios": [run["seconds"] / floor["seconds"] for floor, run in pairs],
        "twice_the_rows": middle(doubles) / middle(imports),
        "twice_the_rows_cpu": middle(doubles, "cpu") / middle(imports, "cpu"),
        "main_mib": watched["main_mib"],
        "child_mib": watched["child_mib"],
        "outcomes": imports[0]["outcomes"],
        "findings": imports[0]["findings"],
    }


def dialects(rows: int, repeat: int) -> Figures:
    """The same rows as Excel saves them, and as only the reader's process can read them."""
    organisations, members = making.workbooks(WORK, rows)
    figures: Figures = {}
    for name, other in (
        ("excel", making.as_excel_saves(members)),
        ("reader", making.for_the_reader(members)),
    ):
        floors, imports = [], []
        for _ in range(repeat):
            floors.append(piece("piece_floor", other))
            imports.append(piece("piece_import", organisations, other))
        watched = piece("piece_import", organisations, other, "memory")
        figures[name] = {
            "floor_s": middle(floors),
            "import_s": middle(imports),
            "import_check_s": middle(imports, "check"),
            "ratio": middle(imports) / middle(floors),
            "ratio_cpu": middle(imports, "cpu") / middle(floors, "cpu"),
            "main_mib": watched["main_mib"],
            "child_mib": watched["child_mib"],
            "outcomes": imports[0]["outcomes"],
        }
    return figures


def peers(rows: int, repeat: int) -> Figures:
    """Two general checkers against ours, and against our whole import."""
    books = making.workbooks(WORK, rows)
    told = schema.write(WORK / "schema.json")
    python = peers_python()
    ours, imports, general, frames = [], [], [], []
    for _ in range(repeat):
        ours.append(piece("piece_check", books[1]))
        imports.append(piece("piece_import", *books))
        frames.append(piece("peer_pandera", books[1], told, python=python))
        if not general:
            general.append(piece("peer_frictionless", books[1], told, python=python))
    return {
        "rows": rows,
        "check_s": middle(ours),
        "import_s": middle(imports),
        "frictionless_s": middle(general),
        "pandera_s": middle(frames),
        "frictionless_over_import": middle(general) / middle(imports),
        "frictionless_over_check": middle(general) / middle(ours),
        "pandera_over_import": middle(frames) / middle(imports),
        "pandera_over_check": middle(frames) / middle(ours),
        **{
            f"{name}_cpu_s": middle(runs, "cpu")
            for name, runs in (
                ("check", ours),
                ("import", imports),
                ("frictionless", general),
                ("pandera", frames),
            )
        },
        "frictionless_rows": general[0]["rows"],
        "frictionless_errors": general[0]["errors"],
        "pandera_rows": frames[0]["rows"],
        "pandera_failures": frames[0]["failures"],
    }


def starting(repeat: int) -> Figures:
    """From the start of the process to a window that answers; ours and an empty one in turns."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    times: dict[str, list[float]] = {"bare": [], "ours": []}
    pandas = False
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        making.workspace(home).close()
        for _ in range(max(5, repeat * 3)):
            for which in times:
                command = [sys.executable, str(HERE / "piece_start.py"), which, str(home)]
                began = time.perf_counter()
                with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as started:
                    assert started.stdout is not None
                    line = started.stdout.readline().split()
                    times[which].append(time.perf_counter() - began)
                if line[:1] != [b"ready"]:
                    raise SystemExit(f"the {which} window did not start")
                pandas = pandas or line[1] == b"True"
    bare, ours = (statistics.median(times[which]) for which in ("bare", "ours"))
    return {"bare_s": bare, "ours_s": ours, "ratio": ours / bare, "pandas_imported": pandas}


def gap(rows: int) -> Figures:
    return piece("piece_gap", *making.workbooks(WORK, rows))


def marking(rows: int, repeat: int) -> Figures:
    """The marked copy of the members' workbook against XlsxWriter writing the same cells."""
    _, members = making.workbooks(WORK, rows)
    return piece("piece_marking", members, repeat, python=peers_python())


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--members", type=int, default=1_000_000)
    asked.add_argument("--sealed", type=int, default=500_000)
    asked.add_argument("--compared", type=int, default=100_000)
    asked.add_argument("--repeat", type=int, default=3)
    asked.add_argument("--only", nargs="*", default=[])
    given = asked.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    pieces = {
        "importing": lambda: importing(given.rows, given.repeat),
        "dialects": lambda: dialects(given.rows, given.repeat),
        "peers": lambda: peers(given.rows, given.repeat),
        "marking": lambda: marking(given.rows, given.repeat),
        "starting": lambda: starting(given.repeat),
        "gap": lambda: gap(given.rows),
        "paging": lambda: piece("piece_paging", given.members),
        "sealing": lambda: piece("piece_sealing", given.sealed),
        "duplicates": lambda: piece("piece_duplicates", given.compared),
        "duplicates_storm": lambda: piece("piece_duplicates", given.compared, "storm"),
    }
    print(platform.platform(), platform.python_version(), os.cpu_count(), "cores")
    for name, measure in pieces.items():
        if not given.only or name in given.only:
            print(name, json.dumps(measure(), ensure_ascii=False, indent=1), flush=True)


if __name__ == "__main__":
    main()
