"""One door to the person's folders: where the workspace, its logs and the settings lie."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from collector.errors import SurroundingsFailed
from collector.wording import Text

HOME_VARIABLE = "COLLECTOR_HOME"
PASSPHRASE_VARIABLE = "COLLECTOR_PASSPHRASE"
KEY_PASSPHRASE_VARIABLE = "COLLECTOR_KEY_PASSPHRASE"
PACKS_VARIABLE = "COLLECTOR_PACKS"

_FOLDER = "ghcollector"
_OF_A_STORE = ("keys.json", "store.db")
"""as ``store`` names its files: whether there is a workspace is asked before anything else is
read, and the store with its cryptography costs as much as an empty window"""


def user_data_folder() -> Path:
    """The per-user data folder of this system; it need not exist.

    Windows: ``%LOCALAPPDATA%`` (not the roaming profile: a store must not be copied by a
    server at log-off). Elsewhere: ``$XDG_DATA_HOME``, else ``~/.local/share``
    (XDG Base Directory Specification: a relative value is to be ignored).
    """
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / _FOLDER
    given = os.environ.get("XDG_DATA_HOME", "")
    return (Path(given) if os.path.isabs(given) else Path.home() / ".local/share") / _FOLDER


def home(given: str | Path | None = None) -> Path:
    """The workspace: what was given, else ``COLLECTOR_HOME``, else the per-user data folder."""
    if given is not None and str(given):
        return Path(given).expanduser().absolute()
    named = os.environ.get(HOME_VARIABLE, "")
    return Path(named).expanduser().absolute() if named else user_data_folder()


def packs_folder() -> Path:
    """The person's own packs, a folder a pack: ``COLLECTOR_PACKS``, else ``packs`` in the per-user
    data folder. Every workspace of the person sees them; it need not exist."""
    named = os.environ.get(PACKS_VARIABLE, "")
    return Path(named).expanduser().absolute() if named else user_data_folder() / "packs"


def has_workspace(workspace: Path) -> bool:
    """Whether the folder holds a store, sound or not; one that was only begun is none."""
    begun = any((workspace / name).exists() for name in _OF_A_STORE)
    return begun and not (workspace / "unfinished").exists()


def log_folder(workspace: Path) -> Path:
    return workspace / "logs"


def settings_file(workspace: Path) -> Path:
    return workspace / "settings.json"


def trial_folder(workspace: Path) -> Path:
    """Where a trial workspace keeps the files a made-up receiver needs."""
    return workspace / "trial"


def make_folder(folder: Path) -> Path:
    """Make a folder only its owner may enter; raises ``SurroundingsFailed folder.cannot_make``."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise SurroundingsFailed(
            "folder.cannot_make",
            Text("不能建立文件夹。", "The folder cannot be made."),
            Text(
                "请检查磁盘是否已满、是否只读，或换一个位置。",
                "See whether the disk is full or read-only, or choose another place.",
            ),
            {"file": str(folder)},
        ) from None
    return folder
