"""Make the frozen program from the wheel, and prove it by its own self-test.

``python packaging/freeze.py [TARGET]`` with the Python the program is to carry. The program is
built in an environment of its own that holds the wheel and what the wheel needs, nothing of the
checkout: what the wheel forgets, the frozen program lacks, and the self-test tells.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import run  # noqa: E402 - the checkout's own, for the list of system libraries
import wheel  # noqa: E402 - beside this file


def python_library() -> None:
    """PyInstaller carries libpython along; Debian's own Python keeps it in a package apart."""
    if os.name == "nt" or sysconfig.get_config_var("Py_ENABLE_SHARED"):
        return
    name = "python{}.{}".format(*sys.version_info[:2])
    if find_library(name) is None:
        run.apt_install([(f"lib{name}",)])
    if find_library(name) is None:
        raise SystemExit(f"lib{name} is missing: this Python was built without --enable-shared")


def tools() -> None:
    """objdump, which PyInstaller reads libraries with on Linux."""
    if sys.platform.startswith("linux") and run.shutil.which("objdump") is None:
        run.apt_install([("binutils",)])


def environment(folder: Path, built: Path) -> Path:
    """A Python of its own with the wheel and PyInstaller, at the pinned versions."""
    venv.create(folder, with_pip=True, clear=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pins = ["-c", str(ROOT / "constraints.txt")]
    install = [str(python), "-m", "pip", "install", "-q", "--no-input", *pins]
    subprocess.run([*install, str(built), "pyinstaller"], check=True, cwd=folder)
    return python


def size(folder: Path) -> float:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def self_test(program: Path) -> int:
    """Run the frozen program's own proof as a stranger would: no home, no checkout, no screen."""
    bare = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "COLLECTOR_", "QT_", "VIRTUAL_ENV"))
    }
    bare["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as home:
        bare["COLLECTOR_HOME"] = str(Path(home) / "workspace")
        return subprocess.run(
            [str(program), "self-test"], cwd=home, env=bare, check=False
        ).returncode


def main(arguments: list[str]) -> int:
    target = Path(arguments[0]).resolve() if arguments else ROOT / "dist"
    began = time.monotonic()
    run.system_libraries(x11=True)
    tools()
    python_library()
    work = ROOT / "build" / "freeze"
    python = environment(work / "venv", wheel.build(work))
    if sys.platform == "win32":
        draw = [str(python), str(ROOT / "packaging" / "icon.py"), str(work / "collector.ico")]
        subprocess.run(draw, check=True)
    spec = ROOT / "packaging" / "collector.spec"
    freeze = [str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    freeze += ["--distpath", str(target), "--workpath", str(work / "pyinstaller"), str(spec)]
    made = subprocess.run(freeze, check=False, cwd=work, stderr=subprocess.PIPE, encoding="utf-8")
    sys.stderr.write(made.stderr)
    # A missing library is only a warning to PyInstaller; the window would not open. The one
    # plug-in that may lack its own is pruned by the spec.
    lacking = [line for line in made.stderr.splitlines() if "Library not found" in line]
    if made.returncode != 0 or not all("libqgtk3" in line for line in lacking):
        return 1
    folder = target / "collector"
    print(f"{folder}: {size(folder):.0f} MB, {time.monotonic() - began:.0f} s")
    return self_test(folder / ("collector.exe" if os.name == "nt" else "collector"))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except run.Stop as stop:
        run.say(stop.chinese, stop.english)
        sys.exit(1)
