"""Build the wheel and see that it holds what it must and nothing else.

``python packaging/wheel.py TARGET`` with a Python that has the ``build`` extra and PySide6.
"""

from __future__ import annotations

import fnmatch
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

ALLOWED = (
    "collector/*.py",
    "collector/store/*.sql",
    "collector/py.typed",
    "collector/_data/templates/xlsx/*",
    "collector/_data/resources/*",
    "ghcollector-*.dist-info/*",
)
FORBIDDEN = ("*/__pycache__/*", "*.pyc", "*.ui", "*.part", "*.db", "*.p12", "*.key", "*~", "*/.*")


def build(target: Path) -> Path:
    """The one wheel built into ``target``, with the tools of this environment."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("ghcollector-*.whl"):
        old.unlink()
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-w", str(target), str(ROOT)], check=True)
    (wheel,) = target.glob("ghcollector-*.whl")
    return wheel


def faults(names: set[str]) -> list[str]:
    """What is wrong with a wheel of these files: everything shipped must be in, nothing else."""
    wanted = (
        {f"collector/gui/forms/ui_{form.stem}.py" for form in (ROOT / "ui").glob("*.ui")}
        | {
            path.relative_to(ROOT / "src").as_posix()
            for pattern in ("*.py", "*.sql")
            for path in (ROOT / "src" / "collector").rglob(pattern)
            if "forms" not in path.parts
        }
        | {
            "collector/_data/" + path.relative_to(ROOT).as_posix()
            for shipped in ("templates/xlsx", "resources")
            for path in (ROOT / shipped).rglob("*")
            if path.is_file()
        }
    )
    missing = [f"missing: {name}" for name in sorted(wanted - names)]
    strange = [
        f"does not belong: {name}"
        for name in sorted(names)
        if not any(fnmatch.fnmatch(name, pattern) for pattern in ALLOWED)
        or any(fnmatch.fnmatch(name, pattern) for pattern in FORBIDDEN)
    ]
    for kind, pattern in (
        ("packs", "collector/_data/templates/xlsx/*/pack.toml"),
        ("font", "collector/_data/resources/fonts/*.otf"),
        ("migrations", "collector/store/migrations/*.sql"),
        ("forms", "collector/gui/forms/ui_*.py"),
        ("tables", "collector/_data/resources/tables/*"),
    ):
        if not fnmatch.filter(names, pattern):
            missing.append(f"no {kind} in it ({pattern})")
    return missing + strange


def main(arguments: list[str]) -> int:
    wheel = build(Path(arguments[0]).resolve() if arguments else ROOT / "dist")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    wrong = faults(names)
    for line in wrong:
        print(line)
    print(f"{wheel.name}: {len(names)} files, {wheel.stat().st_size / 1e6:.1f} MB")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
