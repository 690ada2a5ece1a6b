"""Set up the application: fonts, words of Qt's own buttons, input method, look."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from collector import __version__, data_files, places, settings
from collector.errors import CollectorError
from collector.gui import showing
from collector.gui.appearance import Appearance
from collector.settings import Settings

APP_ID = "ghcollector"
_STYLE = "fusion"
_FONT = "NotoSansSC-Regular.otf"


def help_fcitx(environment: MutableMapping[str, str]) -> None:
    """Let Chinese be typed where fcitx serves.

    Qt's wheel has no fcitx plug-in; fcitx 5 also answers on the ibus portal. Where the package
    brought the plug-in along (for fcitx 4) nothing needs to change.
    """
    if not environment.get("QT_IM_MODULE", "").startswith("fcitx"):
        return
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    if any((plugins / "platforminputcontexts").glob("*fcitx*")):
        return
    environment["QT_IM_MODULE"] = "ibus"
    environment["IBUS_USE_PORTAL"] = "1"


def make_application(arguments: Sequence[str]) -> QApplication:
    """The QApplication with font, translations and style; the only one of the process."""
    help_fcitx(os.environ)
    application = QApplication(list(arguments))
    if application.style().objectName() != _STYLE:  # looking for style plug-ins takes its time
        application.setStyle(_STYLE)
    application.setApplicationName("工会实名制采集")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(APP_ID)
    load_font(application)
    load_words(application)
    return application


def load_font(application: QApplication) -> None:
    """Use the shipped font: people's names hold characters no stock font has."""
    path = data_files.folder("resources") / "fonts" / _FONT
    families: list[str] = []
    if path.is_file():
        number = QFontDatabase.addApplicationFont(str(path))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    usual = ["Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC"]
    font = QFont(application.font())
    font.setFamilies([*families, *(name for name in usual if name not in families)])
    font.setStyleHint(QFont.StyleHint.SansSerif)
    application.setFont(font)


def load_words(application: QApplication) -> None:
    """Chinese for Qt's own buttons and menus."""
    words = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if words.load("qtbase_zh_CN", folder):
        application.installTranslator(words)
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))


def run(home: Path | None = None, arguments: Sequence[str] | None = None) -> int:
    """Open the window on a workspace and stay until it is closed; the exit code."""
    application = make_application(sys.argv if arguments is None else arguments)
    workspace = places.home(home)
    refused: CollectorError | None = None
    kept = Settings()
    try:
        kept = settings.load(workspace)
    except CollectorError as fault:
        refused = fault
    appearance = Appearance(application, kept)
    # imported here: the application must exist before any page's widget module makes one
    from collector.gui.main_window import MainWindow

    window = MainWindow(workspace, appearance)
    sys.excepthook = showing.hook(lambda: window, workspace)
    window.show()
    if refused is not None:
        showing.show(window, refused, workspace)
    return application.exec()
