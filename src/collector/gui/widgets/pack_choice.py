"""Which province's template: the packs installed, the workspace's own chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox

from collector import packs
from collector.packs import Pack


def offer_packs(box: QComboBox, own: Pack) -> None:
    """Fill the box; the data of a line is what ``packs.load`` takes."""
    box.setAccessibleName("按哪个模板")
    box.setToolTip("按哪个省的模板检查和上报")
    for pack in packs.installed():
        box.addItem(f"{pack.province}　{pack.id}", pack.id)
    place = box.findData(own.id)
    if place < 0:  # a pack in a folder of the person's own
        box.insertItem(0, f"{own.province}　{own.id}", str(own.folder))
        place = 0
    box.setCurrentIndex(place)
