"""The four exit codes, which are part of the public contract."""

OK = 0
"""Nothing at or above the fail level, every limit kept, everything judged."""

FINDINGS = 1
"""Something at or above the fail level, or a planned dose beyond its limits; lint or test findings."""

BAD_INPUT = 2
"""The case, a pack, the catalog or the command line can't be used."""

INTERNAL = 3
"""A fault of safetyrules itself."""
