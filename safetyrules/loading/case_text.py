"""A case with another plan, as the YAML that `load_case` reads."""

from __future__ import annotations

import yaml

from safetyrules.model.case import Case
from safetyrules.model.plan import Plan


def case_text(case: Case, plan: Plan) -> str:
    """Return the case with `plan` in place of its own. Keys that start with ``x-`` and comments are not carried over."""
    new = case.model_copy(update={"plan": plan})
    data = new.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    # An empty list says "asked, none", which is not the same as no list.
    for key in ("symptoms", "states"):
        if getattr(case.client, key) is not None:
            data["client"][key] = [item.model_dump(mode="json", exclude_defaults=True) for item in getattr(case.client, key)]
    if case.client.equipment is not None:
        data["client"]["equipment"] = list(case.client.equipment)
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)
