"""Finding packs and loading them; what cannot serve is refused with a reason and a way out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from collector import data_files, places
from collector.errors import InputRefused
from collector.model import Kind
from collector.packs import refusals
from collector.packs.files import SIGNATURE, is_litter
from collector.packs.reading import PACK_FILE, OlderProgramError, read
from collector.packs.spec import Origin, Pack
from collector.packs.versions import NewerFormatError, is_version, version_key

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")
_VERSIONED = re.compile(r"([a-z0-9][a-z0-9.-]{1,39})/([a-z0-9.-]{1,20})")
_LARGEST_HEAD = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A pack on this computer, as its first lines say; whether it is sound is not asked."""

    id: str
    version: str
    folder: Path
    origin: Origin


def load(id_or_folder: str | Path) -> Pack:
    """The pack of this id (``hubei-2023``), of this id and version (``hubei-2023/1``), or in this
    folder.

    Of several versions the newest; a pack of the program's own gives way to a newer one that a
    person installed, never to an older one. Raises ``InputRefused``: ``pack.not_found``,
    ``pack.version_not_found``, ``pack.broken`` (with the first problem and its place),
    ``pack.tampered``, ``pack.newer``, ``pack.needs_program``.
    """
    kept = _find(id_or_folder)
    pack = _shipped(kept.folder) if kept.origin is Origin.SHIPPED else _read(kept.folder)
    return replace(pack, origin=kept.origin)


def installed() -> list[Pack]:
    """The newest version of each pack, by id: those shipped with the program, and those a person
    installed as far as they are sound."""
    by_id: dict[str, list[Kept]] = {}
    for each in kept_packs():
        by_id.setdefault(each.id, []).append(each)
    found = []
    for pack_id in sorted(by_id):
        try:
            found.append(load(pack_id))
        except InputRefused:
            if newest(by_id[pack_id]).origin is Origin.SHIPPED:
                raise
    return found


def newest(known: Sequence[Kept]) -> Kept:
    """Which of the versions of one pack is taken where none is named.

    A shipped one before another of the same version; where one that a person installed is signed,
    none that is not, however it came into the folder.
    """
    signed = {each.folder for each in known if (each.folder / SIGNATURE).is_file()}
    fit = [
        each
        for each in known
        if each.origin is Origin.SHIPPED or not signed or each.folder in signed
    ]
    return max(fit, key=lambda each: (version_key(each.version), each.origin is Origin.SHIPPED))


def kept_packs(pack_id: str | None = None) -> list[Kept]:
    """Every version of the packs (or of one) on this computer, sound or not: shipped ones first,
    then by id and version."""
    found = [
        each
        for origin, folder in (
            (Origin.SHIPPED, data_files.folder("templates/xlsx")),
            (Origin.KEPT, places.packs_folder()),
        )
        for each in _in(folder, origin)
        if pack_id in (None, each.id)
    ]
    return sorted(
        found, key=lambda each: (each.origin is Origin.KEPT, each.id, version_key(each.version))
    )


def kept_folder(pack_id: str, version: str) -> Path:
    """Where this version of a pack is kept once it is installed."""
    return places.packs_folder() / f"{pack_id}@{version}"


def head(folder: Path) -> tuple[str, str] | None:
    """Id and version as pack.toml says; None where it says none that can be used."""
    try:
        with (folder / PACK_FILE).open("rb") as file:
            text = file.read(_LARGEST_HEAD).decode("utf-8-sig")
        try:
            said = tomllib.loads(text.partition("\n[")[0])  # what stands above the first table
        except tomllib.TOMLDecodeError:
            said = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return None
    pack_id, version = said.get("id"), said.get("version")
    if not isinstance(pack_id, str) or not isinstance(version, str):
        return None
    return (pack_id, version) if _ID.fullmatch(pack_id) and is_version(version) else None


def labels(pack: Pack) -> dict[tuple[Kind, str], str]:
    """(kind, field id) -> the header text of the pack on one line, for messages."""
    return {
        (field.kind, field.id): " ".join(field.header.split())
        for sheet in pack.sheets
        for field in sheet.fields
    }


def choices(pack: Pack) -> dict[str, frozenset[str]]:
    """Dictionary id -> its canonical labels."""
    return {name: frozenset(found.labels) for name, found in pack.dictionaries.items()}


def _read(folder: Path) -> Pack:
    try:
        pack, problems = read(folder)
    except NewerFormatError:
        raise refusals.newer() from None
    except OlderProgramError as needed:
        raise refusals.needs_program(str(needed)) from None
    except OSError:
        raise refusals.not_found() from None
    if pack is None:
        raise refusals.unsound(problems)
    return pack


@cache
def _shipped(folder: Path) -> Pack:
    """Read once: the program's own packs stay as they are while it runs, as its code does, and a
    window asks for them at every turn (reading one takes 40 to 90 ms)."""
    return _read(folder)


def _in(folder: Path, origin: Origin) -> Iterator[Kept]:
    try:
        inner = sorted(
            path
            for path in folder.iterdir()
            if not is_litter(path.name) and (path / PACK_FILE).is_file()
        )
    except OSError:  # nothing was installed yet
        return
    for path in inner:
        named = head(path)
        if named is not None:
            yield Kept(*named, path, origin)


def _find(id_or_folder: str | Path) -> Kept:
    named = str(id_or_folder) if isinstance(id_or_folder, str) else ""
    if _ID.fullmatch(named):
        known = kept_packs(named)
        if known:
            return newest(known)
    folder = Path(id_or_folder)
    if (folder / PACK_FILE).is_file():
        said = head(folder)
        for each in kept_packs(said[0] if said else ""):
            if each.folder == folder:
                return each
        return Kept("", "", folder, Origin.FOLDER)
    versioned = _VERSIONED.fullmatch(named)
    if versioned is None:
        raise refusals.not_found()
    known = [each for each in kept_packs(versioned[1]) if each.version == versioned[2]]
    if not known:
        have = [each.version for each in kept_packs(versioned[1])]
        raise refusals.version_not_found(have) if have else refusals.not_found()
    return known[0]
