"""Another app's list becomes ours only through a person: read, draft, review, load, judge."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from made_exercises import VOCABULARY, load, named, record

import safetyrules as sr
from safetyrules import resources
from safetyrules.cli.main import main
from safetyrules.errors import InputError
from safetyrules.loading.catalog import load_catalog
from safetyrules.loading.catalog_lint import lint_catalog
from safetyrules.loading.importing import Entry, apply_reviews, draft, read_entries
from safetyrules.loading.strict_yaml import read
from safetyrules.model.exercise import Catalog
from safetyrules.packtools.catalog_checks import check_catalog


@pytest.fixture(autouse=True, scope="module")
def bundled_once(engine):
    """Let every command of these tests use the knowledge that is loaded already."""
    with pytest.MonkeyPatch.context() as patch:
        knowledge = (engine.vocabulary, engine.catalog, engine.knowledge, engine.names)
        patch.setattr("safetyrules.loading.bundled.load_bundled", lambda: knowledge)
        yield


def saved(folder, name, data):
    path = folder / name
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


# Reading.

FEDB = [
    {
        "name": "Spider Crawl Press",
        "force": "push",
        "equipment": "Body Only",
        "primaryMuscles": ["Chest"],
        "secondaryMuscles": ["triceps", "shoulders"],
        "category": "strength",
        "instructions": ["Do it."],
    },
    {"name": "  Null Things ", "equipment": None, "primaryMuscles": [], "category": None},
    {"name": ""},
    {"title": "A title only"},
    "not a record",
]
OPEN = {
    "exercises": [
        {
            "name": "Open Lift",
            "equipment": ["Barbell", "Bench"],
            "primary_muscles": ["lats"],
            "secondary_muscles": ["Biceps"],
            "category": "x",
        }
    ]
}
WGER = {
    "count": 2,
    "results": [
        {
            "category": {"id": 8, "name": "Arms"},
            "muscles": [{"name": "Biceps brachii", "name_en": "Biceps"}],
            "muscles_secondary": [{"name": "Brachialis", "name_en": ""}],
            "equipment": [{"id": 3, "name": "Dumbbell"}, {"id": 10, "name": "Kettlebell"}],
            "translations": [{"language": 1, "name": "Hammerbeugen"}, {"language": 2, "name": "Hammer bend"}],
        },
        {"name": "No translation", "translations": []},
        {"translations": [{"language": 1, "name": "Nur deutsch"}]},
    ],
}


def test_the_fedb_form(tmp_path):
    """free-exercise-db: a list with one text for the equipment and lists of muscles."""
    assert read_entries(saved(tmp_path, "a.json", FEDB), "fedb") == [
        Entry("Spider Crawl Press", ("body only",), ("chest",), ("triceps", "shoulders"), "strength"),
        Entry("Null Things"),
        Entry("A title only"),
    ]


def test_the_open_form(tmp_path):
    """open-exercise-db: a map with the list under `exercises`."""
    assert read_entries(saved(tmp_path, "a.json", OPEN), "open") == [
        Entry("Open Lift", ("barbell", "bench"), ("lats",), ("biceps",), "x")
    ]
    assert read_entries(saved(tmp_path, "b.json", {"data": OPEN["exercises"]}), "open") == read_entries(
        saved(tmp_path, "c.json", OPEN["exercises"]), "open"
    )


def test_the_wger_form(tmp_path):
    """wger: English names from the translations, muscles and equipment as records."""
    assert read_entries(saved(tmp_path, "a.json", WGER), "wger") == [
        Entry("Hammer bend", ("dumbbell", "kettlebell"), ("biceps",), ("brachialis",), "Arms"),
        Entry("No translation"),
    ]


def test_the_csv_form(tmp_path):
    """CSV: our own column names, several words in one cell by comma or semicolon, a byte order mark, blank names left out."""
    head = "\ufeffname,equipment,primary,secondary,category\n"
    text = head + 'Bag press,"Barbell; Bench",Chest,"triceps, shoulders",push\n,Barbell,Chest,,\nBare press\n'
    assert read_entries(saved(tmp_path, "a.csv", text), "csv") == [
        Entry("Bag press", ("barbell", "bench"), ("chest",), ("triceps", "shoulders"), "push"),
        Entry("Bare press"),
    ]


def test_the_csv_columns_can_be_mapped(tmp_path):
    """A foreign header is named by ours; what is not mapped keeps its own name."""
    path = saved(tmp_path, "a.csv", "Exercise Name,Gear,primary\nBag press,Barbell,chest\n")
    assert read_entries(path, "csv", {"name": "Exercise Name", "equipment": "Gear"}) == [
        Entry("Bag press", ("barbell",), ("chest",))
    ]


BAD = {
    "no such file": ("fedb", None, "can't be read"),
    "no JSON": ("fedb", "[{", ""),
    "an empty file": ("open", "", "empty"),
    "a text": ("fedb", '"hello"', "expected a list of exercises"),
    "a map without a list": ("open", '{"items": []}', "expected a list of exercises"),
    "a map with a wrong list": ("open", '{"exercises": {"a": 1}}', "expected a list of exercises"),
    "an empty list": ("fedb", "[]", "no exercise with a name"),
    "records without a name": ("fedb", '[{"nme": "x"}, 5, null]', "no exercise with a name"),
    "fedb read as wger": ("wger", '[{"translations": [{"language": 1, "name": "x"}]}]', "no exercise with a name"),
    "translations that are a number": ("wger", '[{"translations": 5}]', ""),
    "translations that are a flag": ("wger", '[{"name": "", "translations": true}]', ""),
    "a csv without the column": ("csv", "exercise,gear\na,b\n", "there is no column 'name'"),
    "an empty csv": ("csv", "", "there is no column 'name'"),
    "a csv with a header only": ("csv", "name,equipment\n", "no exercise with a name"),
    "a csv cell beyond any size": ("csv", "name\n" + "x" * 200_000 + "\n", ""),
    "a csv quote that never ends": ("csv", 'name,equipment\nBag press,barbell\n"Open press,barbell\nThird press,barbell\n', ""),
}


@pytest.mark.parametrize("name", BAD)
def test_a_list_that_can_not_be_read_is_bad_input(tmp_path, name):
    """Every malformed list is refused with its file, and no failure escapes."""
    form, text, words = BAD[name]
    path = tmp_path / f"list.{'csv' if form == 'csv' else 'json'}"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_entries(path, form)
    (problem,) = caught.value.problems
    assert problem.location.file == str(path)
    assert words in problem.message


def test_a_list_that_is_not_utf8_is_bad_input(tmp_path):
    """Bytes of another encoding are named, not guessed at."""
    for form, name in (("csv", "a.csv"), ("fedb", "a.json")):
        (tmp_path / name).write_bytes("name\nDr\u00fccken\n".encode("latin-1"))
        with pytest.raises(InputError) as caught:
            read_entries(tmp_path / name, form)
        assert caught.value.problems[0].location.file == str(tmp_path / name)


def test_an_unknown_column_of_ours_is_bad_input(tmp_path):
    """A misspelt `--map` would leave the column out in silence."""
    with pytest.raises(InputError, match="unknown column 'nmae'"):
        read_entries(saved(tmp_path, "a.csv", "name\nx\n"), "csv", {"nmae": "name"})


# Drafting.


@pytest.fixture(scope="module")
def drafted(engine):
    """Return what becomes of a list, with the bundled catalog."""

    def become(*entries):
        return draft(entries, engine.catalog, engine.names, resources.catalog_folder())

    return become


def test_names_that_resolve_are_not_drafted(drafted):
    """What the catalog has, in whatever spelling, is known; the rest is drafted or by hand."""
    found = drafted(
        Entry("Barbell Deadlifts"),
        Entry("DB Bench Press", ("dumbbell",), ("chest",)),
        Entry("Zercher Goblet Squat", ("kettlebells",), ("quadriceps",)),
        Entry("Qqqq zzzz"),
    )
    assert found.known == {"Barbell Deadlifts": "deadlift_conventional", "DB Bench Press": "dumbbell_bench_press"}
    assert found.ambiguous == {}
    assert [d.record["name"] for d in found.drafts] == ["Zercher Goblet Squat"]
    assert found.untagged == {"Qqqq zzzz": ()}


TWINS = (record("first_twin", aka=["the twin"]), record("second_twin", aka=["twins"]))


def test_a_name_of_two_meanings_is_left_to_a_person(tmp_path):
    """An ambiguous name is neither known nor drafted."""
    found = draft([Entry("Twin")], load(tmp_path, *TWINS), named(tmp_path, *TWINS), resources.catalog_folder())
    assert found.ambiguous == {"Twin": ("first_twin", "second_twin")}
    assert (found.known, found.drafts, found.untagged) == ({}, (), {})


def test_a_draft_says_what_it_is_modelled_on(drafted, engine):
    """It extends the most alike exercise, is imported, claims no evidence, and takes the foreign equipment and muscles."""
    (made,) = drafted(Entry("Zercher Goblet Squat", ("kettlebells",), ("quadriceps", "glutes"), ("calves", "hamstrings"))).drafts
    assert made.model == made.record["extends"] == "goblet_squat"
    assert made.record["status"] == "imported"
    assert made.record["ev"] == {}
    assert made.record["id"] == "zercher_goblet_squat"
    assert made.record["muscles"] == {
        "prime": ["quadriceps", "gluteus_maximus"],
        "synergist": ["gastrocnemius_soleus", "hamstrings"],
    }
    assert made.likeness >= 60
    assert made.check


def test_a_model_moves_with_the_same_muscles(drafted, engine):
    """However alike the words, an exercise of other muscles is no model."""
    made = drafted(Entry("Zercher Goblet Squat", (), ("biceps",))).drafts
    for one in made:
        muscles = engine.catalog.exercises[one.model].muscles
        assert "biceps_brachii" in {*muscles.prime, *muscles.synergist, *muscles.stretched}
    assert all(one.model != "goblet_squat" for one in made)


def test_what_to_look_at_first_comes_first(drafted):
    """Other equipment than the model's and missing muscles head the list of checks."""
    (other,) = drafted(Entry("Zercher Goblet Squat", ("cable",), ("quadriceps",))).drafts
    assert other.check[0].startswith("equipment differs from the model: cable")
    assert other.record["equipment"] == ["cable"]
    (bare,) = drafted(Entry("Zercher Goblet Squat")).drafts
    assert bare.check[0] == "no muscles were given"
    assert "muscles" not in bare.record


HARD_NAMES = (
    "Goblet Squat Zercher!",
    "Goblet Squat -- zercher",
    "GOBLET SQUAT ZERCHER \u00e9",
    "9 Goblet Squat things",
    "\u00c9paul\u00e9 squat goblet",
    "Goblet squat " + "very " * 40,
)


def test_free_ids_never_collide(drafted, engine):
    """Names that make the same id get different ones, none is an id of the catalog, and each is a valid id."""
    names = [*HARD_NAMES, *HARD_NAMES[:2], "Goblet (Squat) Kettlebell; heels up", "goblet squat kettlebell heels up"]
    found = drafted(*(Entry(name) for name in names))
    ids = [d.record["id"] for d in found.drafts]
    assert len(ids) >= 6
    assert len(set(ids)) == len(ids)
    assert not set(ids) & set(engine.catalog.exercises)
    assert all(len(i) <= 64 and i[0].isalpha() and set(i) <= set("abcdefghijklmnopqrstuvwxyz0123456789_") for i in ids)


def test_an_exercise_that_stands_twice_in_a_list_is_drafted_once(drafted):
    """Two drafts of one name would make that name ambiguous for ever."""
    found = drafted(Entry("Zercher Goblet Squat"), Entry("zercher goblet squats"))
    assert len(found.drafts) == 1


# From the file to the verdict, through the command line.

LIST = [
    {"name": "Deadlift", "equipment": "barbell", "primaryMuscles": ["hamstrings"]},
    {"name": "Zercher Goblet Squat", "equipment": "kettlebells", "primaryMuscles": ["quadriceps"], "secondaryMuscles": ["glutes"]},
    {"name": "Tempo Overhead Press Wide", "equipment": "barbell", "primaryMuscles": ["shoulders"], "secondaryMuscles": ["triceps"]},
    {"name": "Qqqq zzzz"},
]


def brought(folder, data=LIST, form="fedb", *more):
    """Import a list; return the exit code and the paths of drafts and review."""
    folder.mkdir(exist_ok=True)
    (folder / "drafts").mkdir(exist_ok=True)
    path = saved(folder, "list.csv" if form == "csv" else "list.json", data)
    drafts, review = folder / "drafts" / "drafts.yaml", folder / "review.yaml"
    return (
        main(["catalog", "import", str(path), "--format", form, "-o", str(drafts), "--review", str(review), *more]),
        drafts,
        review,
    )


@pytest.fixture
def imported(tmp_path):
    code, drafts, review = brought(tmp_path)
    assert code == 0
    return drafts, review


def approve(review, drafts, **fields):
    """Approve every draft; return the exit code and where the reviewed records went."""
    data = yaml.safe_load(review.read_text())
    for entry in data["reviews"]:
        entry.update({"approved": True, "by": "A. Person", "role": "physiotherapist", "date": "2026-11-20"} | fields)
    review.write_text(yaml.safe_dump(data))
    target = review.parent / "reviewed"
    target.mkdir(exist_ok=True)
    return main(["catalog", "review", str(drafts), str(review), "-o", str(target / "reviewed.yaml")]), target


def test_import_says_what_became_of_every_name(tmp_path, capsys):
    """Known, drafts, ambiguous and by hand add up to the list."""
    code, drafts, review = brought(tmp_path, LIST)
    out = capsys.readouterr().out
    assert code == 0
    assert out.startswith("4 exercises: 1 in the catalog already, 2 drafts, 0 ambiguous, 1 to tag by hand\n")
    assert "  by hand: Qqqq zzzz (near: nothing)\n" in out
    assert [e["name"] for e in yaml.safe_load(drafts.read_text())["exercises"]] == [
        "Zercher Goblet Squat",
        "Tempo Overhead Press Wide",
    ]
    reviews = yaml.safe_load(review.read_text())["reviews"]
    assert [(r["id"], r["approved"], r["by"], r["role"], r["date"]) for r in reviews] == [
        ("zercher_goblet_squat", False, "", "", ""),
        ("tempo_overhead_press_wide", False, "", "", ""),
    ]


def test_what_is_written_loads_and_lints(imported, engine):
    """The drafts are complete records beside the bundled catalog, and no check finds a fault."""
    drafts, _ = imported
    small = load_catalog([bases(engine, drafts), drafts.parent], VOCABULARY)
    own = {e.id: e for e in small.exercises.values() if e.location.file == str(drafts)}
    catalog = Catalog({**engine.catalog.exercises, **own}, "")
    assert catalog.exercises["zercher_goblet_squat"].status == "imported"
    found = [p for p in (*lint_catalog(catalog, VOCABULARY), *check_catalog(catalog, VOCABULARY)) if p.location.file == str(drafts)]
    assert found == []


SHORT = {
    "a name of two letters": "Ab",
    "a name of one letter": "V",
    "a name of signs": "Squat!?: {goblet} #1 & 'x'",
    "a very long name": "Goblet squat " + "very slow " * 20,
}


@pytest.mark.parametrize("name", SHORT)
def test_whatever_the_name_the_drafts_load(tmp_path, engine, name):
    """A list with one odd name must not spoil the file."""
    code, drafts, _ = brought(tmp_path, [*LIST, {"name": SHORT[name]}])
    assert code == 0
    assert "zercher_goblet_squat" in load_catalog([bases(engine, drafts), drafts.parent], VOCABULARY).exercises


CUFF = {"id": "rotator_cuff_repair", "side": "right", "date": "2026-11-01"}


def bases(engine, file):
    """Copy the family files that the records of `file` extend to a folder beside it, so that they load without all the others."""
    folder = file.parent.parent / "bases"
    folder.mkdir(exist_ok=True)
    for own in yaml.safe_load(file.read_text("utf-8"))["exercises"]:
        shutil.copy(Path(engine.catalog.exercises[own["extends"]].location.file), folder)
    return folder


def judged(engine, file, name, *conditions, **more):
    """Return the verdict on one exercise, with the records of `file` and those that they extend as the catalog."""
    case = {
        "safetyrules": "case/1",
        "timezone": "UTC",
        "client": {"symptoms": [], "conditions": list(conditions)},
        "plan": {
            "sessions": [{"at": "2026-11-24T07:00", "items": [{"exercise": name, "sets": 3, "reps": 8, "load_kg": 20, "rpe": 6}]}]
        },
        **more,
    }
    small = sr.Engine([resources.rules_folder() / "shoulder"], [bases(engine, file), file.parent], bundled=False)
    return small.validate(sr.Case.model_validate(case)).sessions[0].items[0]


ORDERED = {
    "members": [{"id": "dr-1", "role": "surgeon"}],
    "instructions": [{"id": "i1", "by": "dr-1", "date": "2026-11-10", "effect": "contraindicate", "match": {"region": "shoulder"}}],
}


def test_a_draft_is_unknown_and_what_speaks_against_it_still_counts(imported, engine):
    """Nobody reviewed it, so it is never allowed; a rule that forbids it still forbids it."""
    file = imported[0]
    healthy = judged(engine, file, "Zercher goblet squats")
    assert (healthy.exercise, healthy.verdict.word, healthy.within_limits) == ("zercher_goblet_squat", "unknown", False)
    assert [r.rule for r in healthy.reasons] == ["engine/not-reviewed"]
    hurt = judged(engine, file, "tempo overhead press wide", CUFF)
    assert hurt.verdict.word in ("contraindicated", "clearance_required")
    assert {"engine/not-reviewed"} < {r.rule for r in hurt.reasons}


def test_an_order_against_a_draft_still_counts(imported, engine):
    """What the surgeon forbids is forbidden, reviewed or not."""
    item = judged(engine, imported[0], "tempo overhead press wide", care_team=ORDERED)
    assert item.verdict.word == "contraindicated"
    assert any("instruction:i1" in r.source_facts for r in item.reasons)


def test_an_approved_record_is_reviewed_and_judged_normally(imported, engine, capsys):
    """With a person's name, role and date the record is like any other."""
    drafts, review = imported
    capsys.readouterr()
    code, folder = approve(review, drafts)
    assert code == 0
    assert capsys.readouterr().out == "2 of 2 records reviewed\n"
    file = folder / "reviewed.yaml"
    assert load_catalog([bases(engine, file), folder], VOCABULARY).exercises["zercher_goblet_squat"].status == "reviewed"
    assert judged(engine, file, "zercher goblet squat").verdict.word == "allowed"
    assert judged(engine, file, "tempo overhead press wide", CUFF).verdict.word in ("contraindicated", "clearance_required")
    assert judged(engine, file, "tempo overhead press wide", care_team=ORDERED).verdict.word == "contraindicated"


def test_only_what_is_approved_is_reviewed(imported, capsys):
    """One approval makes one reviewed record; the other stays imported."""
    drafts, review = imported
    data = yaml.safe_load(review.read_text())
    data["reviews"][0].update(approved=True, by="A. Person", role="physiotherapist", date="2026-11-20")
    review.write_text(yaml.safe_dump(data))
    capsys.readouterr()
    assert main(["catalog", "review", str(drafts), str(review)]) == 0
    records = yaml.safe_load(capsys.readouterr().out)["exercises"]
    assert [(r["status"], r.get("reviewed")) for r in records] == [
        ("reviewed", {"by": "A. Person", "role": "physiotherapist", "date": "2026-11-20"}),
        ("imported", None),
    ]


def test_a_plain_date_counts_without_quotes(imported):
    """A person writes the date as it comes."""
    drafts, review = imported
    text = review.read_text().replace("approved: false", "approved: true").replace("by: ''", "by: A. Person")
    review.write_text(text.replace("role: ''", "role: physiotherapist").replace("date: ''", "date: 2026-11-20"))
    assert main(["catalog", "review", str(drafts), str(review)]) == 0


MISSING = {
    "no name": {"by": ""},
    "no role": {"role": ""},
    "no date": {"date": ""},
    "a name of spaces": {"by": "   "},
    "a role of spaces": {"role": " "},
    "a date of spaces": {"date": " "},
    "a date in words": {"date": "yesterday"},
    "a date that does not exist": {"date": "2026-02-30"},
    "a name that is a number": {"by": 5},
    "an approval in words": {"approved": "yes"},
    "an unknown id": {"id": "no_such_draft"},
    "an unknown key": {"approvd": True},
}


@pytest.mark.parametrize("name", MISSING)
def test_an_approval_that_says_not_who_and_when_is_refused(imported, capsys, name):
    """A review without a person, a role or a day is none: exit 2, located, and nothing is written."""
    drafts, review = imported
    code, target = approve(review, drafts, **MISSING[name])
    assert code == 2
    assert f"{review}:" in capsys.readouterr().err
    assert list(target.iterdir()) == []


BROKEN = {
    "a list": "[]\n",
    "a text": "hello\n",
    "no exercises": "family: imported\n",
    "exercises that are a text": "exercises: hello\n",
    "exercises that are nothing": "exercises:\n",
    "a record that is a text": "exercises: [hello]\n",
    "an id that is a list": "exercises: [{id: [a]}]\n",
    "broken YAML": "exercises: [\n",
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("reviews", ["[]", None])
def test_drafts_that_are_none_are_bad_input(imported, capsys, name, reviews):
    """A file that holds no drafts is refused at its place, with or without reviews."""
    drafts, review = imported
    drafts.write_text(BROKEN[name])
    if reviews:
        review.write_text(f"format: review/1\nreviews: {reviews}\n")
    code = main(["catalog", "review", str(drafts), str(review)])
    err = capsys.readouterr().err
    assert (code, "internal error" in err) == (2, False), err


def test_a_review_file_that_is_none_is_bad_input(imported, capsys):
    """A wrong format, a missing file and a list are refused."""
    drafts, review = imported
    for text in ("format: review/2\nreviews: []\n", "[]\n", "reviews: []\n"):
        review.write_text(text)
        assert main(["catalog", "review", str(drafts), str(review)]) == 2
        assert str(review) in capsys.readouterr().err
    assert main(["catalog", "review", str(drafts), str(review.parent / "no.yaml")]) == 2


def test_a_review_changes_nothing_it_was_given(imported):
    """The drafts are not touched; the result is a new value."""
    drafts, review = imported
    before = read(drafts).data
    given = yaml.safe_load(review.read_text())
    given["reviews"][0].update(approved=True, by="A. Person", role="physiotherapist", date="2026-11-20")
    review.write_text(yaml.safe_dump(given))
    document = read(drafts)
    data, count = apply_reviews(document, read(review))
    assert count == 1
    assert document.data == before
    assert data["exercises"][1] == before["exercises"][1]


# The command.


def test_csv_columns_are_mapped_on_the_command_line(tmp_path, capsys):
    """`--map` can be given several times."""
    code, drafts, _ = brought(
        tmp_path, "Move;x,Muscle\nZercher Goblet Squat,quads\n", "csv", "--map", "name=Move;x", "--map", "primary=Muscle"
    )
    assert code == 0
    assert yaml.safe_load(drafts.read_text())["exercises"][0]["muscles"]["prime"] == ["quadriceps"]


@pytest.mark.parametrize("text", ["name", "name=", "=Move", "colour=Move"])
def test_a_map_that_says_nothing_is_bad_usage(tmp_path, capsys, text):
    """Exit 2 with the words that were given, and no file."""
    code, drafts, review = brought(tmp_path, "Move\nZercher Goblet Squat\n", "csv", "--map", text)
    assert code == 2
    assert "command line" in capsys.readouterr().err
    assert not drafts.exists()
    assert not review.exists()


def test_a_malformed_list_is_exit_2_and_writes_nothing(tmp_path, capsys):
    """A list that can't be read leaves old files as they were."""
    _, drafts, review = brought(tmp_path)
    before = drafts.read_text(), review.read_text()
    code, _, _ = brought(tmp_path, "[{")
    err = capsys.readouterr().err
    assert code == 2
    assert f"{tmp_path / 'list.json'}:1:" in err
    assert (drafts.read_text(), review.read_text()) == before


def test_bad_usage_and_unwritable_places_are_exit_2(tmp_path, capsys):
    """An unknown format, a missing option and a folder that is not there."""
    path = saved(tmp_path, "a.json", LIST)
    for arguments in (["--format", "xlsx"], ["--format", "fedb"], []):
        with pytest.raises(SystemExit) as caught:
            main(["catalog", "import", str(path), *arguments])
        assert caught.value.code == 2
    nowhere = tmp_path / "no" / "x.yaml"
    assert main(["catalog", "import", str(path), "--format", "fedb", "-o", str(nowhere), "--review", str(tmp_path / "r.yaml")]) == 2
    assert not (tmp_path / "r.yaml").exists()


def test_a_list_of_known_names_leaves_no_old_drafts_that_look_new(tmp_path, capsys):
    """Where nothing needs a draft, the review file is empty and no record of another list is left beside it."""
    brought(tmp_path)
    code, drafts, review = brought(tmp_path, LIST[:1])
    assert code == 0
    assert yaml.safe_load(review.read_text())["reviews"] == []
    assert not drafts.exists() or yaml.safe_load(drafts.read_text())["exercises"] == []
