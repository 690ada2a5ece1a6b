"""Compile ui/*.ui into collector/gui/forms: for the build hook, a checkout and the tests.

``python packaging/compile_forms.py`` compiles what is stale; ``--check`` only says whether
something is. The typed signatures let mypy see through the forms, which pyside6-uic leaves bare.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "ui"
TARGETS = ROOT / "src" / "collector" / "gui" / "forms"

_BARE = re.compile(r"def (setupUi|retranslateUi)\(self, (\w+)\):")
_IMPORTS = re.compile(r"^from (PySide6\.\w+) import \(([^)]*)\)\n", re.M)
_ROOT_WIDGET = re.compile(r'<widget class="(\w+)" name="(\w+)">')


def _uic() -> list[str]:
    """The compiler inside the PySide6 of this interpreter, so that versions always agree."""
    found = importlib.util.find_spec("PySide6")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("PySide6 is not installed in this Python")
    folder = Path(next(iter(found.submodule_search_locations)))
    for name in ("Qt/libexec/uic", "uic.exe"):
        if (folder / name).exists():
            return [str(folder / name), "-g", "python"]
    raise SystemExit("pyside6-uic is not part of this PySide6")


def target_of(source: Path) -> Path:
    return TARGETS / f"ui_{source.stem}.py"


def stale(source: Path) -> bool:
    target = target_of(source)
    newest = max(source.stat().st_mtime, Path(__file__).stat().st_mtime)
    return not target.exists() or target.stat().st_mtime < newest


def compile_form(source: Path) -> Path:
    """Write one form's module; the file is replaced whole."""
    made = subprocess.run(
        [*_uic(), str(source)], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    root = _ROOT_WIDGET.search(source.read_text(encoding="utf-8"))
    if root is None:
        raise SystemExit(f"{source.name}: no root widget")
    typed = _BARE.sub(rf"def \1(self, \2: {root[1]}) -> None:", made)
    typed = typed.replace("# -*- coding: utf-8 -*-\n", "from __future__ import annotations\n", 1)
    typed = _without_unused(typed)
    target = target_of(source)
    partial = target.with_suffix(".part")
    partial.write_text(typed, encoding="utf-8")
    partial.replace(target)
    return target


def _without_unused(module: str) -> str:
    """The module with the imports it uses: PySide6 makes each class when it is first asked for,
    and the compiler asks for fifty (5 ms of the first window)."""
    code = re.sub(r"^#.*$", "", _IMPORTS.sub("", module), flags=re.M)
    body = set(re.findall(r"\w+", code))

    def needed(found: re.Match[str]) -> str:
        names = [name for name in re.findall(r"\w+", found[2]) if name in body]
        return f"from {found[1]} import {', '.join(names)}\n" if names else ""

    return _IMPORTS.sub(needed, module)


def compile_stale() -> list[Path]:
    """Compile every form older than its source, drop those without one; what was written."""
    TARGETS.mkdir(parents=True, exist_ok=True)
    package = TARGETS / "__init__.py"
    if not package.exists():
        package.write_text('"""Generated from ui/*.ui; not tracked."""\n', encoding="utf-8")
    sources = sorted(SOURCES.glob("*.ui"))
    wanted = {target_of(source) for source in sources}
    for old in TARGETS.glob("ui_*.py"):
        if old not in wanted:
            old.unlink()
    return [compile_form(source) for source in sources if stale(source)]


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        late = [source.name for source in sorted(SOURCES.glob("*.ui")) if stale(source)]
        print("\n".join(late))
        return 1 if late else 0
    for written in compile_stale():
        print(written.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
