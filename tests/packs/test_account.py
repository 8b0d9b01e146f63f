"""Nothing of the evidence was lost: every fact of every record that is in the packs has its place, or a reason why not."""

from pathlib import Path

import pytest

from safetyrules.loading.strict_yaml import read

ROOT = Path(__file__).parents[2]
ACCOUNTS = sorted((ROOT / "tests" / "account").glob("*.yaml"))
WHOLE = {"variants", "clearance", "criteria", "disagreements", "substitutes", "contraindicated_examples", "monitor", "notes"}
WHOLE |= {"aliases", "codes", "params", "needs"}


def parts_of(engine, name):
    """Return everything of a condition file that can carry a fact."""
    condition = engine.knowledge.conditions[name]
    data = read(Path(condition.location.file)).data
    ids = {r.id for r in condition.all_restrictions()} | {r.rule.split(".", 1)[1] for r in condition.all_restrictions()}
    return (
        ids
        | WHOLE
        | {f"phase:{p.id}" for p in condition.phases}
        | {f"gate:{p.id}" for p in condition.phases}
        | {f"criteria:{p.id}" for p in condition.phases}
        | {f"trigger:{p.id}" for p in condition.phases}
        | {f"param:{p}" for p in condition.params}
        | {f"red_flag:{f['id']}" for f in data.get("red_flags", [])}
        | {f"derives:{d.id}" for d in condition.derives}
    )


@pytest.mark.parametrize("path", ACCOUNTS, ids=lambda p: p.stem)
def test_every_fact_is_accounted_for(engine, path):
    """A restriction that goes missing, or is renamed without the account, fails here."""
    account = read(path).data
    assert path.stem == f"{account['condition']}.{account['evidence']}"
    there = parts_of(engine, account["condition"])
    wrong = []
    for fact in account["facts"]:
        carriers = fact["in"]
        if not carriers and not fact.get("why"):
            wrong.append(f"{fact['at']}: neither a place nor a reason")
        wrong += [f"{fact['at']}: '{c}' is not in the condition file" for c in carriers if c not in there]
    assert not wrong, "\n".join(wrong)


def test_accounts_are_many():
    """The accounts of these records can't be lost unseen."""
    assert len(ACCOUNTS) >= 30
