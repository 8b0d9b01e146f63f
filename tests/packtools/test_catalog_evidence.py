"""The page that says what the catalog's numbers rest on: counted by hand over invented records."""

from loading.made_exercises import HEAD, VOCABULARY, load, record, write

from safetyrules.loading.catalog import load_catalog
from safetyrules.packtools.catalog_evidence import evidence_page


def rows(page):
    """Return the rows of both tables by their first cell."""
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| ")]
    return {row[0]: tuple(int(c) if c.lstrip("-").isdigit() else c for c in row[1:]) for row in cells}


BEND = {"j": "knee", "a": "flexion", "deg": [0, 90], "mode": "resisted", "load": "moderate"}
TRUNK = {"j": "lumbar_spine", "a": "flexion", "grade": "mid", "mode": "isometric", "load": "moderate"}
GRIP = {"j": "hand", "a": "grip", "mode": "isometric", "load": "light"}

# One entry with degrees (sourced), one with a grade, one with neither. The resisted arc implies an extension: not counted.
FULL = record(
    "full_squat",
    joints=[BEND, TRUNK, GRIP],
    tissues={"acl": 2, "achilles": 1},
    mets={"code": "02050", "met": 5},
    strain={"valsalva": "low"},
    ev={
        "joints.knee.flexion": "F1",
        "spine": "F2",
        "tissues.acl": "F3",
        "strain.valsalva": "F4",
        "strain.iap": "F5",
        "impact": "F6",
        "mets": "F7",
    },
)
# Nothing sourced: one entry with degrees and a grade.
BARE = record("bare_squat", joints=[BEND | {"grade": "mid"}])


def test_each_field_is_counted_by_hand(tmp_path):
    """Two records: what each states, and what each one's evidence names."""
    found = rows(evidence_page(load(tmp_path, FULL, BARE)))
    assert found["joint degrees"] == (2, 1, 1)
    assert found["joint grades"] == (2, 0, 2)
    assert found["spine"] == (4, 2, 2)
    assert found["tissues"] == (2, 1, 1)
    assert found["strain"] == (6, 2, 4)
    assert found["impact"] == (2, 1, 1)
    assert found["METs"] == (1, 1, 0)
    assert found["smallest load"] == (2, 0, 2)


def test_families_are_counted_apart(tmp_path):
    """The full record has 1 + 1 + 2 + 2 + 3 + 1 + 1 + 1 = 12 values, 8 sourced; the bare one 1 + 1 + 2 + 3 + 1 + 1 = 9, none."""
    write(tmp_path, FULL, file="a", family="squats")
    write(tmp_path, BARE, record("other_squat", joints=[BEND | {"grade": "mid"}]), file="b", family="others")
    page = evidence_page(load_catalog([tmp_path], VOCABULARY))
    assert rows(page)["squats"] == (1, 12, 8, 4)
    assert rows(page)["others"] == (2, 18, 0, 18)
    assert "3 exercises in 2 families" in page
    assert HEAD["family"] not in rows(page)


def test_the_two_tables_agree(engine):
    """Over the bundled catalog, fields and families add up to the same, and nothing is sourced more often than it is stated."""
    page = evidence_page(engine.catalog)
    found = rows(page)
    families = {e.family for e in engine.catalog.exercises.values()}
    fields = [row for name, row in found.items() if name not in families and isinstance(row[0], int)]
    own = [found[name] for name in families]
    assert [sum(r[i] for r in fields) for i in range(3)] == [sum(r[i] for r in own) for i in range(1, 4)]
    assert all(stated == sourced + estimated and estimated >= 0 for stated, sourced, estimated in fields)
    assert sum(r[0] for r in own) == len(engine.catalog.exercises)


def test_a_part_of_the_spine_counts_as_one_value(tmp_path):
    """Evidence for the compression alone sources one of the two values."""
    assert rows(evidence_page(load(tmp_path, record("a_press", spine={"compression": 2}, ev={"spine.compression": "F1"}))))[
        "spine"
    ] == (2, 1, 1)


def test_a_sourced_grade_and_a_sourced_load_count(tmp_path):
    """What `ev` names a fact for is sourced, whatever the field."""
    found = rows(
        evidence_page(
            load(tmp_path, record("a_press", joints=[TRUNK], ev={"joints.lumbar_spine.flexion": "F1", "load.min_kg": "F2"}))
        )
    )
    assert found["joint grades"] == (1, 1, 0)
    assert found["smallest load"] == (1, 1, 0)


def test_evidence_for_what_is_not_there_is_not_counted(tmp_path):
    """A path that names no value of the record sources nothing, so that no count goes below zero."""
    ev = {
        "mets": "F1",
        "tissues.acl": "F2",
        "strain.nonsense": "F3",
        "strain.valsalva": "F4",
        "strain.iap": "F5",
        "strain.isometric": "F6",
    }
    found = rows(evidence_page(load(tmp_path, record("a_press", ev=ev))))
    assert found["METs"] == (0, 0, 0)
    assert found["tissues"] == (0, 0, 0)
    assert found["strain"] == (3, 3, 0)


def test_the_status_of_every_record_is_told(tmp_path):
    """How many are drafts, imported and reviewed."""
    signed = {"status": "reviewed", "reviewed": {"by": "A. Person", "role": "physiotherapist", "date": "2026-11-01"}}
    page = evidence_page(
        load(tmp_path, record("a_press"), record("b_press"), record("c_press", status="imported"), record("d_press", **signed))
    )
    assert "Records by status: draft 2, imported 1, reviewed 1." in page
