"""Build hook: put the compiled form of the bundled knowledge into the wheel, so that an installed library starts fast."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileKnowledge(BuildHookInterface):
    """Compile packs and catalog before the wheel is filled; a pack that can't load stops the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the compiled file and add it to the wheel."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from safetyrules.loading.bundled import write_compiled

            write_compiled()
        finally:
            sys.path.remove(str(root))
        build_data["force_include"][str(root / "safetyrules/_compiled/knowledge.json")] = "safetyrules/_compiled/knowledge.json"
