"""The one door to the files shipped with the program: packs, resources, forms."""

from __future__ import annotations

import sys
from pathlib import Path


def folder(name: str) -> Path:
    """The shipped folder ``name`` (``templates/xlsx``, ``resources`` ...).

    Found beside the frozen program, in the installed package, or at the root of a checkout,
    in this order; never in an editable install's stale copy, hence from ``__file__``.
    """
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen) / "collector" / "_data" / name
    package = Path(__file__).resolve().parent
    checkout = package.parent.parent
    if package.parent.name == "src" and (checkout / name).is_dir():
        return checkout / name
    return package / "_data" / name
