"""Which file names may stand in a bundle: the same rule for writing and for reading."""

from __future__ import annotations

import re
import unicodedata

MANIFEST = "manifest.json"
FOLDERS = frozenset({"data", "workbooks", "attachments"})
MAX_NAME = 120
"""characters, and bytes as UTF-8 stay below the 255 of common file systems per part"""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
# Names Windows gives to devices, whatever stands behind the first dot (Microsoft, "Naming
# Files, Paths, and Namespaces"); superscript digits count as digits there.
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.I)


def is_safe(name: str) -> bool:
    """``manifest.json`` or ``folder/file``: NFC, safe on Windows, visible, at most two deep."""
    if name == MANIFEST:
        return True
    folder, slash, file = name.partition("/")
    return bool(slash) and folder in FOLDERS and _is_safe_part(file)


def _is_safe_part(part: str) -> bool:
    if not part or len(part) > MAX_NAME or len(part.encode("utf-8", "replace")) > 240:
        return False
    if "/" in part or _FORBIDDEN.search(part) or unicodedata.normalize("NFC", part) != part:
        return False
    # Cc Cf Cs Co Cn Zl Zp: control, invisible, direction-changing, unassigned
    if any(
        unicodedata.category(c)[0] == "C" or unicodedata.category(c) in ("Zl", "Zp") for c in part
    ):
        return False
    if part[0] in " ." or part[-1] in " .":
        return False
    return not _DEVICES.fullmatch(part.split(".", 1)[0].rstrip())


def folded(name: str) -> str:
    """Two names that a file system may take for one have the same folded form."""
    return unicodedata.normalize("NFKC", name).casefold()
