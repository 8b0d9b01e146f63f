"""Write case.schema.json from the case model: `python -m safetyrules.schemas.generate`. A test keeps file and model equal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetyrules.model.case import Case


def case_schema() -> str:
    """Return the JSON Schema of a case file as the model has it."""
    schema: dict[str, Any] = Case.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "safetyrules case/1"
    for part in (schema, *schema.get("$defs", {}).values()):
        if part.get("additionalProperties") is False:
            part["patternProperties"] = {"^x-": True}
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("case.schema.json").write_text(case_schema(), encoding="utf-8")
