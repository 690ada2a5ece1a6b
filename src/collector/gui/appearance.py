"""Light or dark, and how large: kept in the settings, applied to the whole application."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from collector.gui.theme import BASE_PIXELS, DARK, LIGHT, Theme
from collector.settings import Settings

_HALF = 128
"""lightness between black and white"""
ZOOM_STEPS = (80, 90, 100, 110, 125, 150, 175, 200)


class Appearance(QObject):
    changed = Signal()
    settings_changed = Signal(object)
    """the ``Settings`` to be kept"""

    def __init__(self, application: QApplication, settings: Settings) -> None:
        super().__init__(application)
        self._application = application
        self._asks_system = False
        self.settings = settings
        self.theme = Theme(LIGHT)
        application.styleHints().colorSchemeChanged.connect(self._follow)
        self.apply()

    def apply(self) -> None:
        """Build the theme the settings ask for and hand it to the application."""
        self.theme = Theme(DARK if self._wants_dark() else LIGHT, self.settings.zoom)
        font = QFont(self._application.font())
        font.setPixelSize(self.theme.px(BASE_PIXELS))
        self._application.setFont(font)
        self._application.setPalette(self.theme.palette())
        self._application.setStyleSheet(self.theme.style_sheet())
        self.changed.emit()

    def take(self, settings: Settings) -> None:
        """Apply settings read from a workspace."""
        self.settings = settings
        self.apply()

    def settle(self) -> None:
        """The first picture stands: from now on the system says whether it is dark."""
        self._asks_system = True
        self._follow()

    def set_mode(self, mode: str) -> None:
        """``system``, ``light`` or ``dark``."""
        self._keep(replace(self.settings, theme=mode))

    def zoom(self, steps: int) -> None:
        """One step larger or smaller; 0 goes back to 100 %."""
        now = self.settings.zoom
        if steps == 0:
            wanted = 100
        elif steps > 0:
            wanted = next((step for step in ZOOM_STEPS if step > now), ZOOM_STEPS[-1])
        else:
            wanted = next((step for step in reversed(ZOOM_STEPS) if step < now), ZOOM_STEPS[0])
        if wanted != now:
            self._keep(replace(self.settings, zoom=wanted))

    def icon(self, name: str, tone: str = "text", size: int = 20) -> QIcon:
        from collector.gui import icons  # drawing takes its time: not before the first picture

        theme = self.theme
        return icons.icon(name, theme.colour(tone), theme.colour("line_strong"), theme.px(size))

    def draw(self, label: QLabel, name: str, tone: str, size: int) -> None:
        """Put an icon into a label, sharp on this screen."""
        from collector.gui import icons

        ratio = label.devicePixelRatioF()
        label.setPixmap(icons.pixmap(name, self.theme.colour(tone), self.theme.px(size), ratio))

    def _wants_dark(self) -> bool:
        if self.settings.theme == "system":
            if not self._asks_system:
                # what the platform painted with before we set colours of our own; the Qt
                # namespace that holds the proper answer costs 15 ms of a start of 150
                window = self._application.palette().color(QPalette.ColorRole.Window)
                return window.lightness() < _HALF
            from PySide6.QtCore import Qt

            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self.settings.theme == "dark"

    def _follow(self) -> None:
        if self.settings.theme == "system" and self._wants_dark() != self.theme.dark:
            self.apply()

    def _keep(self, settings: Settings) -> None:
        self.settings = settings
        self.apply()
        self.settings_changed.emit(settings)
