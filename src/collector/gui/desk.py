"""What every page is handed: the unlocked workspace, the workers, and the news of a change."""

from __future__ import annotations

from PySide6.QtCore import Signal

from collector.gui.appearance import Appearance
from collector.gui.bench import Bench
from collector.gui.jobs import Jobs
from collector.model import Changes
from collector.services.session import Session


class Desk(Bench):
    changed = Signal(object)
    """``Changes``: what a write touched"""

    def __init__(self, session: Session, jobs: Jobs, appearance: Appearance) -> None:
        super().__init__(session.home, jobs, appearance)
        self.session = session
        self.is_closed = False
        """set before the store is: a field that loses its focus then must not ask it"""

    def announce(self, changes: Changes) -> None:
        self.changed.emit(changes)
