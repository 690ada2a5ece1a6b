"""An unlocked workspace: made, opened, closed."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from collector import places, store
from collector.errors import CollectorError, SurroundingsFailed, WrongUse
from collector.packs.spec import Pack
from collector.services import identities
from collector.services.pack_signing import open_pack
from collector.store import Store
from collector.wording import Text

log = logging.getLogger(__name__)

PACK_SETTING = "pack"
UNIT_SETTING = "unit"
UNIT_CODE_SETTING = "unit_code"
INSTANCE_SETTING = "instance"


def today() -> date:
    """The day by the clock of this computer."""
    return datetime.now().astimezone().date()


@dataclass(slots=True)
class Session:
    """What every service that needs the workspace is handed."""

    home: Path
    store: Store
    pack: Pack
    operator: str
    lang: str = "zh"
    undo: list[tuple[Any, ...]] = field(default_factory=list, repr=False)
    """what ``services.fixing.undo`` takes back, newest last; gone when locked"""
    redo: list[tuple[Any, ...]] = field(default_factory=list, repr=False)
    """what was taken back and may be done again, newest last; a new edit ends it"""

    def close(self) -> None:
        """Lock: the store is closed and its key forgotten."""
        self.undo.clear()
        self.redo.clear()
        self.store.close()

    @property
    def today(self) -> date:
        return today()


@dataclass(frozen=True, slots=True)
class InitResult:
    session: Session
    recovery_code: str
    """to be printed and kept apart from the computer; shown once, kept nowhere"""
    trial_files: list[Path]
    """what a made-up receiver needs to open this workspace's trial bundles"""


def init_workspace(
    home: Path,
    passphrase: str,
    pack_id: str | Path,
    operator: str,
    unit: str = "",
    unit_code: str = "",
    *,
    kdf: store.KdfCost = store.USUAL,
) -> InitResult:
    """Make a workspace with its first user, a trial signing identity and a trial recipient.

    Raises ``WrongUse workspace.exists`` where there is one already, and whatever the pack or
    the store raise.
    """
    if store.exists(home):
        raise WrongUse(
            "workspace.exists",
            Text("这里已有一个工作区，不会覆盖。", "There is a workspace here already."),
            Text(
                "请直接打开它，或用 --home 指定另一个文件夹。",
                "Open it, or name another folder with --home.",
            ),
            {"file": str(home)},
        )
    if not operator.strip():
        raise WrongUse(
            "workspace.no_operator",
            Text("没有写采集员姓名。", "The collector's name is missing."),
            Text("请填写实际操作的人。", "Name the person who does the work."),
        )
    pack = open_pack(pack_id)
    places.make_folder(home)
    created = store.create(
        home,
        passphrase,
        operator.strip(),
        {
            PACK_SETTING: str(pack_id) if Path(str(pack_id)).is_dir() else pack.id,
            UNIT_SETTING: unit.strip(),
            UNIT_CODE_SETTING: unit_code.strip().upper(),
            INSTANCE_SETTING: secrets.token_hex(8),
        },
        kdf=kdf,
        finished=False,
    )
    try:
        trial = identities.make_trial(
            created.store,
            places.trial_folder(home),
            unit.strip(),
            unit_code.strip().upper(),
            operator.strip(),
            datetime.now(UTC),
        )
        store.finish(home)
    except BaseException:
        created.store.close()
        store.abandon(home)
        raise
    log.info("workspace made, pack %s/%s", pack.id, pack.version)
    return InitResult(
        Session(home, created.store, pack, operator.strip()), created.recovery_code, trial
    )


def unlock(home: Path, passphrase: str, operator: str | None = None, lang: str = "zh") -> Session:
    """Open the workspace. Raises ``NotUnlocked`` for a wrong passphrase or user,
    ``SurroundingsFailed workspace.none`` where there is no workspace."""
    must_exist(home)
    return _session(home, store.open_store(home, passphrase, operator), operator, lang)


def unlock_with_recovery(home: Path, code: str, lang: str = "zh") -> Session:
    """Open the workspace with the printed recovery code."""
    must_exist(home)
    return _session(home, store.open_with_recovery(home, code), None, lang)


def exists(home: Path) -> bool:
    """Whether there is a workspace."""
    return store.exists(home)


def operators(home: Path) -> tuple[str, ...]:
    """The users of a workspace, readable without a key."""
    must_exist(home)
    return tuple(store.peek(home).operators)


def sender(session: Session) -> tuple[str, str]:
    """Name and code of the unit that collects, as told at ``init``."""
    kept: Mapping[str, str] = session.store.settings()
    return kept.get(UNIT_SETTING, ""), kept.get(UNIT_CODE_SETTING, "")


def instance(session: Session) -> str:
    """What names this workspace as a sender where its unit has no code."""
    return session.store.settings().get(INSTANCE_SETTING, "")


def _session(home: Path, opened: Store, operator: str | None, lang: str) -> Session:
    try:
        pack = open_pack(opened.settings().get(PACK_SETTING, ""))
    except CollectorError:
        opened.close()
        raise
    name = operator or opened.operator
    log.info("unlocked, pack %s/%s", pack.id, pack.version)
    return Session(home, opened, pack, name, lang)


def must_exist(home: Path) -> None:
    """Raises ``SurroundingsFailed workspace.none`` where there is no workspace, and
    ``store.unfinished`` where one was only begun."""
    store.demand_finished(home)
    if not store.exists(home):
        raise SurroundingsFailed(
            "workspace.none",
            Text("这里还没有工作区。", "There is no workspace here yet."),
            Text(
                "先用 collector init 建立，或用 --home 指定已有的工作区。",
                "Make one with collector init, or name an existing one with --home.",
            ),
            {"file": str(home)},
        )
