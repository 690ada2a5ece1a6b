"""Build hook: compile the forms and put the shipped data into the wheel.

An editable install gets no copy of the data: it reads the checkout itself
(``collector.data_files``), so it can never be out of date.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = ("templates/xlsx", "resources")


class ShippedData(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        _compile_forms(root)
        if version == "editable":
            return
        for name in SHIPPED:
            for path in sorted((root / name).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    inside = path.relative_to(root).as_posix()
                    build_data["force_include"][str(path)] = f"collector/_data/{inside}"


def _compile_forms(root: Path) -> None:
    script = root / "packaging" / "compile_forms.py"
    spec = importlib.util.spec_from_file_location("compile_forms", script)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.compile_stale()
