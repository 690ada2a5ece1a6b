"""From the start of the process to the first idle moment of a painted window."""

from __future__ import annotations

import sys
from pathlib import Path


def ready() -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    def told() -> None:
        # pandas must not be there at start
        sys.stdout.write(f"ready {'pandas' in sys.modules}\n")
        sys.stdout.flush()
        QApplication.quit()

    QTimer.singleShot(0, told)


def bare() -> None:
    from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

    application = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(QLabel("window"))
    window.show()
    ready()
    application.exec()


def ours(home: str) -> None:
    from PySide6.QtCore import QTimer

    from collector.gui import app

    QTimer.singleShot(0, ready)
    app.run(Path(home), ["collector"])


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    else:
        ours(sys.argv[2])
