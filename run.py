#!/usr/bin/env python3
"""Everything from one command; needs nothing but a Python (any 3.x starts it).

    python3 run.py                 set up, then open the window (without a screen: the demo)
    python3 run.py test [...]      set up, then the tests; what follows goes to pytest
    python3 run.py lint            set up, then layers, style, types
    python3 run.py setup [EXTRA]   set up only (extras of pyproject.toml: dev, build)
    python3 run.py VERB [...]      set up, then `collector VERB ...`

Set-up: finds a Python 3.11 to 3.13, makes .venv, installs the pinned packages and this checkout,
and on Debian-like systems the libraries Qt needs. It is repeated only when something changed.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
WINDOWS = os.name == "nt"
PYTHON = (
    os.path.join(VENV, "Scripts", "python.exe") if WINDOWS else os.path.join(VENV, "bin", "python")
)
STAMP = os.path.join(VENV, "installed.txt")
WANTED = ((3, 13), (3, 12), (3, 11))

# Library -> Debian packages that bring it, newest name first. Qt's own message names only one of
# them, and the wrong one, so each is tried by loading it.
ALWAYS = (
    ("libglib-2.0.so.0", ("libglib2.0-0t64", "libglib2.0-0")),
    ("libgthread-2.0.so.0", ("libglib2.0-0t64", "libglib2.0-0")),
    ("libEGL.so.1", ("libegl1",)),
    ("libGL.so.1", ("libgl1",)),
    ("libX11.so.6", ("libx11-6",)),
    ("libdbus-1.so.3", ("libdbus-1-3",)),
    ("libfontconfig.so.1", ("libfontconfig1",)),
    ("libfreetype.so.6", ("libfreetype6",)),
    ("libxkbcommon.so.0", ("libxkbcommon0",)),
)
FOR_X11 = (
    ("libxcb-cursor.so.0", ("libxcb-cursor0",)),
    ("libxcb-icccm.so.4", ("libxcb-icccm4",)),
    ("libxcb-image.so.0", ("libxcb-image0",)),
    ("libxcb-keysyms.so.1", ("libxcb-keysyms1",)),
    ("libxcb-randr.so.0", ("libxcb-randr0",)),
    ("libxcb-render-util.so.0", ("libxcb-render-util0",)),
    ("libxcb-shape.so.0", ("libxcb-shape0",)),
    ("libxcb-xkb.so.1", ("libxcb-xkb1",)),
    ("libxkbcommon-x11.so.0", ("libxkbcommon-x11-0",)),
    ("libX11-xcb.so.1", ("libx11-xcb1",)),
)
FOR_WAYLAND = (("libwayland-cursor.so.0", ("libwayland-cursor0",)),)


class Stop(Exception):
    """Cannot go on; holds (Chinese, English) lines for the person."""

    def __init__(self, chinese, english):
        super().__init__(english)
        self.chinese, self.english = chinese, english


def say(chinese, english):
    """A line in Chinese and English; where the console cannot show Chinese, in English alone."""
    stream = sys.stderr
    encoding = getattr(stream, "encoding", None) or "ascii"
    try:
        chinese.encode(encoding)
        stream.write(chinese + "\n")
    except UnicodeError:
        pass
    stream.write(english.encode(encoding, "replace").decode(encoding) + "\n")
    stream.flush()


# --- the Python ---------------------------------------------------------------------------------


def version_of(python):
    """(major, minor) of an interpreter, or None where it does not start (a bare pyenv shim)."""
    try:
        out = subprocess.check_output(
            [*python, "-c", "import sys; print(*sys.version_info[:2])"],
            stderr=subprocess.DEVNULL,
            timeout=30,
        )
        major, minor = out.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def find_python():
    """A command that starts a Python 3.11 to 3.13: this one, else one on PATH, of `py` or pyenv."""
    if sys.version_info[:2] in WANTED:
        return [sys.executable]
    for wanted in WANTED:
        name = "%d.%d" % wanted
        candidates = [["py", "-" + name]] if WINDOWS else [["python" + name]]
        versions = os.path.expanduser("~/.pyenv/versions")
        if not WINDOWS and os.path.isdir(versions):
            for folder in sorted(os.listdir(versions), reverse=True):
                if folder.startswith(name + "."):
                    candidates.append([os.path.join(versions, folder, "bin", "python3")])
        for candidate in candidates:
            if version_of(candidate) == wanted:
                return candidate
    raise Stop(
        "这台电脑的 Python 是 %d.%d，需要 3.11、3.12 或 3.13。\n" % sys.version_info[:2]
        + (
            "请运行：winget install Python.Python.3.13"
            if WINDOWS
            else "Debian 12 及以后：apt-get install python3 python3-venv。"
            "统信 UOS、麒麟自带的 Python 太旧，请使用安装包。"
        ),
        "This is Python %d.%d; 3.11, 3.12 or 3.13 is needed.\n" % sys.version_info[:2]
        + (
            "Run: winget install Python.Python.3.13"
            if WINDOWS
            else "Debian 12 and later: apt-get install python3 python3-venv."
        ),
    )


def has_venv(python):
    """Debian cuts ensurepip out of Python and ships it as pythonX.Y-venv."""
    return (
        subprocess.call([*python, "-c", "import venv, ensurepip"], stderr=subprocess.DEVNULL) == 0
    )


# --- Debian packages ----------------------------------------------------------------------------


def apt_command():
    """How to call apt-get here, or None where we may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if (
        shutil.which("sudo")
        and subprocess.call(
            ["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        == 0
    ):
        return ["sudo", "-n", "apt-get"]
    return None


def known_to_apt(package):
    if shutil.which("apt-cache") is None:
        return False
    out = subprocess.run(
        ["apt-cache", "policy", package],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    ).stdout.decode("ascii", "replace")
    return "Candidate:" in out and "Candidate: (none)" not in out


def choose_names(alternatives):
    """One package of each tuple of names: the first known here, else the last (the old)."""
    chosen = []
    for names in alternatives:
        package = next((name for name in names[:-1] if known_to_apt(name)), names[-1])
        if package not in chosen:
            chosen.append(package)
    return chosen


def apt_install(alternatives):
    """Install where we may; raises Stop with the exact names where we may not."""
    apt = apt_command()
    if apt is not None:
        quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C")
        if subprocess.call([*apt, "update", "-qq"], env=quiet) != 0:
            say("apt-get update 没有成功，继续尝试。", "apt-get update failed; going on.")
        packages = choose_names(alternatives)
        say("正在安装系统软件包：" + " ".join(packages), "Installing: " + " ".join(packages))
        command = [*apt, "install", "-y", "-qq", "--no-install-recommends", *packages]
        if subprocess.call(command, env=quiet, stdout=subprocess.DEVNULL) == 0:
            return
    line = "apt-get install " + " ".join(choose_names(alternatives))
    if shutil.which("apt-get") is None:
        line = " ".join(choose_names(alternatives)) + "（Debian 名称 / Debian names）"
    elif apt is None:
        line = "sudo " + line
    raise Stop("请先安装这些系统软件包：\n  " + line, "Please install these first:\n  " + line)


def loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_display():
    if WINDOWS or sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def system_libraries(x11=None, wayland=None):
    """See that Qt's libraries load here; install or name the ones that do not."""
    if not sys.platform.startswith("linux"):
        return
    wanted = list(ALWAYS)
    if x11 if x11 is not None else os.environ.get("DISPLAY"):
        wanted += FOR_X11
    if wayland if wayland is not None else os.environ.get("WAYLAND_DISPLAY"):
        wanted += FOR_WAYLAND
    missing = [item for item in wanted if not loads(item[0])]
    if not missing:
        return
    apt_install([names for _, names in missing])
    still = [item for item in missing if not loads(item[0])]
    if still:
        names = " ".join(library for library, _ in still)
        raise Stop("仍然缺少系统库：" + names, "Still missing: " + names)


# --- the environment ----------------------------------------------------------------------------


def digest(extras):
    """What the environment depends on: the two files, the folder it stands in, the extras."""
    seen = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        with open(os.path.join(ROOT, name), "rb") as file:
            seen.update(file.read().replace(b"\r\n", b"\n") + b"\0")
    seen.update(ROOT.encode("utf-8", "surrogateescape"))
    return seen.hexdigest() + " " + ",".join(sorted(extras))


def installed():
    """(digest, extras) of what .venv holds; ("", set()) where it is not whole."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            name, _, extras = file.read().strip().partition(" ")
        return name, set(filter(None, extras.split(",")))
    except OSError:
        return "", set()


def pip(*arguments):
    command = [
        PYTHON,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "-q",
        "--no-warn-script-location",
        *arguments,
    ]
    quiet = dict(os.environ, PIP_ROOT_USER_ACTION="ignore")
    if subprocess.call(command, cwd=ROOT, env=quiet) != 0:
        raise Stop(
            "软件包没有装好，原因见上面几行。\n"
            "多半是网络：请检查网络或代理，或用环境变量 PIP_INDEX_URL 指定本单位的镜像，"
            "然后再运行一次；已下载的不会重新下载。",
            "The packages were not installed; the lines above say why.\n"
            "Most often it is the network: check it or the proxy, or name your mirror in"
            " PIP_INDEX_URL, and run this again.",
        )


def set_up(extras=()):
    """Make .venv what the checkout needs; at once when it already is."""
    before, has = installed()
    extras = {"test"} | set(extras) | has
    now = digest(extras)
    whole = now == before + " " + ",".join(sorted(has)) and version_of([PYTHON]) in WANTED
    if not whole:
        if version_of([PYTHON]) not in WANTED:
            python = find_python()
            if not has_venv(python):
                versioned = "python%d.%d-venv" % version_of(python)
                apt_install([(versioned, "python3-venv")])
            say("正在建立 .venv ……", "Making .venv ...")
            if os.path.isdir(VENV):
                shutil.rmtree(VENV)
            if subprocess.call([*python, "-m", "venv", VENV]) != 0:
                raise Stop(
                    "建立 .venv 没有成功，原因见上面几行。", ".venv could not be made; see above."
                )
        if os.path.exists(STAMP):
            os.remove(STAMP)
        say(
            "正在安装所需的软件包（第一次约 100 MB，需要网络）……",
            "Installing packages (about 100 MB the first time) ...",
        )
        # First what building needs (pyproject.toml, build-system), then the checkout itself.
        pip("-c", "constraints.txt", "hatchling", "PySide6-Essentials")
        pip(
            "-c",
            "constraints.txt",
            "--no-build-isolation",
            "-e",
            ".[" + ",".join(sorted(extras)) + "]",
        )
        with open(STAMP, "w", encoding="utf-8") as file:
            file.write(now + "\n")
    if (
        subprocess.call(
            [PYTHON, os.path.join("packaging", "compile_forms.py")],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        != 0
    ):
        raise Stop("界面文件没有编译成功。", "The forms did not compile.")


# --- what was asked for -------------------------------------------------------------------------


def hand_over(arguments, **variables):
    """Become the program (on Windows: run it and hand back its exit code)."""
    environment = dict(os.environ, **variables)
    command = [PYTHON, *arguments]
    if not WINDOWS:
        sys.stdout.flush()
        sys.stderr.flush()
        os.execve(PYTHON, command, environment)
    return subprocess.call(command, env=environment)


def test(arguments):
    os.chdir(ROOT)
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    # Named tests run in one process, where a debugger works; the whole suite on two.
    several = [] if arguments else ["-n", "2"]
    return hand_over(["-m", "pytest", *several, *arguments], QT_QPA_PLATFORM=platform)


# import-linter has no module of its own to run, and its script's name differs on Windows.
LAYERS = "from importlinter.cli import lint_imports_command as lint; lint(['--no-logo'])"
CHECKS = (
    ("layers", ["-c", LAYERS]),
    ("ruff check", ["-m", "ruff", "check", "."]),
    ("ruff format", ["-m", "ruff", "format", "--check", "."]),
    ("mypy", ["-m", "mypy"]),
    ("forms", ["packaging/compile_forms.py", "--check"]),
)


def lint():
    failed = []
    for name, command in CHECKS:
        say("—— " + name, "-- " + name)
        if subprocess.call([PYTHON, *command], cwd=ROOT) != 0:
            failed.append(name)
    if failed:
        raise Stop("没有通过：" + "，".join(failed), "Failed: " + ", ".join(failed))
    return 0


def main(arguments):
    verb = arguments[0] if arguments else ""
    if verb in ("-h", "--help"):
        print(__doc__)
        return 0
    system_libraries()
    if verb == "setup":
        set_up(arguments[1:])
        return 0
    set_up(("dev",) if verb == "lint" else ())
    if verb == "test":
        return test(arguments[1:])
    if verb == "lint":
        return lint()
    if not arguments and not has_display():
        say(
            "没有屏幕，窗口打不开；改为运行演示（完整流程，虚构数据）。\n"
            "在有桌面的电脑上，同一条命令会打开窗口。",
            "No screen, so no window; running the demo instead (the whole job on made-up people).\n"
            "On a desktop the same command opens the window.",
        )
        arguments = ["demo"]
    return hand_over(["-m", "collector", *arguments])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        say(stop.chinese, stop.english)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
