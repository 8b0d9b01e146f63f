"""Read exercise files: shape, words, and the model that the rest of the library uses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from safetyrules.errors import InputError, Location, Problem
from safetyrules.loading.shape import Shape, collect, fit, listed, unknown_word
from safetyrules.loading.strict_yaml import Document, read
from safetyrules.loading.variants_of import expand
from safetyrules.model.exercise import Adjustment, Catalog, Exercise, JointDemand, Load, Muscles, Substitute, Support
from safetyrules.model.fields import day_from
from safetyrules.vocabulary import Vocabulary


def _word(kind: str) -> AfterValidator:
    """Return a check that a text, or each of several, is in the vocabulary's list or scale named `kind`."""

    def check(value: Any, info: ValidationInfo) -> Any:
        vocabulary: Vocabulary = info.context["vocabulary"] if info.context else None  # type: ignore[assignment]
        allowed = _allowed(vocabulary, kind)
        for item in value if isinstance(value, tuple) else (value,):
            if item not in allowed:
                raise unknown_word(kind.replace("_", " "), item, allowed)
        return value

    return AfterValidator(check)


def _allowed(vocabulary: Vocabulary, kind: str) -> Iterable[str]:
    if kind in vocabulary.words:
        return vocabulary.words[kind]
    if kind in vocabulary.scales:
        return vocabulary.scales[kind]
    return {"joint": vocabulary.joints, "action": vocabulary.actions, "muscle": vocabulary.muscles, "icf": vocabulary.icf}[kind]


Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Words = Annotated[tuple[str, ...], listed]


class _Joint(Shape):
    j: Annotated[str, _word("joint")]
    a: Annotated[str, _word("action")]
    deg: Annotated[tuple[float, float], listed] | None = None
    grade: Annotated[str, _word("grade")] | None = None
    mode: Annotated[str, _word("mode")]
    load: Annotated[str, _word("joint_load")] = "none"
    chain: Annotated[str, _word("chain")] | None = None
    con: Annotated[Words, _word("contraction")] = ()
    limb: Annotated[str, _word("limb")] | None = None
    adj: bool = False
    keep: float | None = None


class _Muscles(Shape):
    prime: Annotated[Words, _word("muscle")] = ()
    synergist: Annotated[Words, _word("muscle")] = ()
    stabiliser: Annotated[Words, _word("muscle")] = ()
    stretched: Annotated[Words, _word("muscle")] = ()
    eccentric: Annotated[Words, _word("muscle")] = ()


class _Spine(Shape):
    compression: Annotated[int, Field(ge=0, le=4)] = 0
    shear: Annotated[int, Field(ge=0, le=3)] = 0
    site: Annotated[str, _word("load_site")] = "none"


class _Support(Shape):
    feet: Annotated[str, _word("feet")]
    hands: Annotated[str, _word("hands")]
    stance: Annotated[str, _word("stance")] = "bilateral"
    contact: Annotated[Words, _word("support_contact")] = ()
    pct_bw: Annotated[float, Field(ge=0, le=100)] | None = None
    on: Annotated[str, _word("limb")] = "both"


class _Impact(Shape):
    lower: Annotated[str, _word("impact")] = "none"
    upper: Annotated[str, _word("impact")] = "none"
    grf_bw: float | None = None


class _Strain(Shape):
    valsalva: Annotated[str, _word("valsalva")] = "none"
    isometric: Annotated[str, _word("isometric")] = "none"
    iap: Annotated[str, _word("iap")] = "low"


class _Hazard(Shape):
    fall: Annotated[str, _word("fall")] = "floor"
    control: Annotated[Words, _word("control")] = ()
    contact: Annotated[str, _word("contact")] = "none"
    head_impact: bool = False
    abdomen: bool = False


class _Load(Shape):
    type: Annotated[Words, _word("load_type"), Field(min_length=1)]
    min_kg: Annotated[float, Field(ge=0, le=500)] = 0.0
    min_pct_bw: Annotated[float, Field(ge=0, le=200)] = 0.0
    step_kg: Annotated[float, Field(ge=0, le=50)] = 0.0


class _Env(Shape):
    immersion: Annotated[str, _word("immersion")] = "none"
    heat: Annotated[str, _word("heat")] = "none"
    setting: Annotated[str, _word("setting")] = "gym"


class _Mets(Shape):
    code: str | None = None
    met: Annotated[float, Field(gt=0, le=25)]
    range: Annotated[tuple[float, float], listed] | None = None


class _Adjust(Shape):
    id: Slug
    how: str
    set: dict[str, Any] = Field(default_factory=dict)
    removes: Words = ()


class _Substitute(Shape):
    id: Slug
    removes: Words = ()
    keeps: Words = ()


class _Ladder(Shape):
    regress: Words = ()
    progress: Words = ()
    substitutes: Annotated[tuple[_Substitute, ...], listed] = ()


class _ReviewedBy(Shape):
    by: Annotated[str, Field(pattern=r"\S.*\S")]
    role: Annotated[str, Field(pattern=r"\S.*\S")]
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]

    @field_validator("date")
    @classmethod
    def _is_a_day(cls, text: str) -> str:
        day_from(text)
        return text


class _Exercise(Shape):
    id: Slug
    name: Annotated[str, Field(min_length=3, max_length=90)]
    aka: Words = ()
    kind: Annotated[str, _word("kind")]
    pattern: Annotated[Words, _word("pattern"), Field(min_length=1)]
    plane: Annotated[Words, _word("plane")] = ()
    laterality: Annotated[str, _word("laterality")]
    equipment: Annotated[Words, _word("equipment"), Field(min_length=1)]
    joints: Annotated[tuple[_Joint, ...], listed]
    combos: Annotated[tuple[Words, ...], listed] = ()
    muscles: _Muscles
    spine: _Spine = _Spine()
    tissues: dict[str, Annotated[int, Field(ge=1, le=3)]] = Field(default_factory=dict)
    support: _Support
    position: Annotated[Words, _word("position"), Field(min_length=1)]
    head: Annotated[str, _word("head")] = "above"
    floor_transfer: bool = False
    change: Annotated[str, _word("motion")] = "slow"
    head_motion: Annotated[str, _word("motion")] = "none"
    reach: Annotated[Words, _word("reach")] = ()
    impact: _Impact = _Impact()
    exposure: Annotated[Words, _word("exposure")] = ()
    strain: _Strain
    mets: _Mets | None = None
    intensity: Annotated[str, _word("intensity")]
    balance: Annotated[str, _word("balance")] = "low"
    hold_on: Annotated[str, _word("hold_on")] = "none"
    surface: Annotated[str, _word("surface")] = "stable"
    hazard: _Hazard = _Hazard()
    load: _Load
    env: _Env = _Env()
    skill: Annotated[int, Field(ge=1, le=3)] = 1
    dose: dict[str, Any] = Field(default_factory=dict)
    adjust: Annotated[tuple[_Adjust, ...], listed]
    ladder: _Ladder
    icf: Words = ()
    codes: dict[str, Any] = Field(default_factory=dict)
    ev: dict[str, str]
    status: Literal["imported", "draft", "reviewed"] = "draft"
    reviewed: _ReviewedBy | None = None

    @model_validator(mode="after")
    def _by_someone(self) -> _Exercise:
        if (self.status == "reviewed") != (self.reviewed is not None):
            raise ValueError("status reviewed and `reviewed: {by, role, date}` go together")
        return self


class _File(Shape):
    family: Slug
    title: str
    estimates: Annotated[str, Field(min_length=20)]
    exercises: Annotated[tuple[_Exercise, ...], listed, Field(min_length=1)]


def load_catalog(folders: Iterable[Path], vocabulary: Vocabulary) -> Catalog:
    """Return the exercises of every family file in `folders`, checked against `vocabulary`.

    Raises `InputError` with every problem of every file: shape, unknown word, or an id defined twice.
    """
    files = sorted(file for folder in folders for file in _family_files(folder))
    if not files:
        raise InputError([Problem(Location("catalog"), "no exercise file was found")])
    digest = hashlib.sha256(vocabulary.sha256.encode())
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    documents = expand(collect(partial(read, file) for file in files))
    loaded = collect(partial(_load_file, document, vocabulary) for document in documents)
    exercises: dict[str, Exercise] = {}
    problems = []
    for exercise in (e for family in loaded for e in family):
        if exercise.id in exercises:
            first = exercises[exercise.id].location
            problems.append(Problem(exercise.location, f"exercise '{exercise.id}' is defined twice, first at {first}"))
        exercises[exercise.id] = exercise
    if problems:
        raise InputError(problems)
    return Catalog(dict(sorted(exercises.items())), digest.hexdigest())


def _family_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InputError([Problem(Location(str(folder)), "there is no such catalog folder")])
    return [file for file in folder.glob("*.yaml") if file.name != "vocabulary.yaml"]


def _load_file(document: Document, vocabulary: Vocabulary) -> list[Exercise]:
    file = fit(_File, document, context={"vocabulary": vocabulary})
    return [_exercise(raw, file.family, index, document, vocabulary) for index, raw in enumerate(file.exercises)]


def _exercise(raw: _Exercise, family: str, index: int, document: Document, vocabulary: Vocabulary) -> Exercise:
    joints = tuple(_joint(entry, raw.ev) for entry in raw.joints)
    return Exercise(
        id=raw.id,
        name=raw.name,
        family=family,
        kind=raw.kind,
        pattern=raw.pattern,
        laterality=raw.laterality,
        joints=_with_implied(joints, vocabulary),
        muscles=Muscles(
            raw.muscles.prime, raw.muscles.synergist, raw.muscles.stabiliser, raw.muscles.stretched, raw.muscles.eccentric
        ),
        support=Support(
            raw.support.feet, raw.support.hands, raw.support.stance, raw.support.contact, raw.support.pct_bw, raw.support.on
        ),
        position=raw.position,
        load=Load(raw.load.type, raw.load.min_kg, raw.load.min_pct_bw, raw.load.step_kg),
        equipment=raw.equipment,
        intensity=raw.intensity,
        aka=raw.aka,
        plane=raw.plane,
        combos=raw.combos,
        compression=raw.spine.compression,
        shear=raw.spine.shear,
        load_site=raw.spine.site,
        tissues=raw.tissues,
        head=raw.head,
        floor_transfer=raw.floor_transfer,
        change=raw.change,
        head_motion=raw.head_motion,
        reach=raw.reach,
        impact_lower=raw.impact.lower,
        impact_upper=raw.impact.upper,
        grf_bw=raw.impact.grf_bw,
        exposure=raw.exposure,
        valsalva=raw.strain.valsalva,
        isometric=raw.strain.isometric,
        iap=raw.strain.iap,
        mets=frozen(raw.mets.model_dump(exclude_none=True)) if raw.mets else {},
        balance=raw.balance,
        hold_on=raw.hold_on,
        surface=raw.surface,
        fall=raw.hazard.fall,
        control=raw.hazard.control,
        contact=raw.hazard.contact,
        head_impact=raw.hazard.head_impact,
        abdomen=raw.hazard.abdomen,
        immersion=raw.env.immersion,
        heat=raw.env.heat,
        setting=raw.env.setting,
        skill=raw.skill,
        dose=frozen(raw.dose),
        adjust=tuple(Adjustment(a.id, a.how, frozen(a.set), a.removes) for a in raw.adjust),
        regress=raw.ladder.regress,
        progress=raw.ladder.progress,
        substitutes=tuple(Substitute(s.id, s.removes, s.keeps) for s in raw.ladder.substitutes),
        icf=raw.icf,
        codes=frozen(raw.codes),
        evidence=raw.ev,
        status=raw.status,
        location=document.locate(("exercises", index)),
    )


def frozen(value: Any) -> Any:
    """Return plain data with tuples in place of lists."""
    if isinstance(value, dict):
        return {key: frozen(item) for key, item in value.items()}
    return tuple(frozen(item) for item in value) if isinstance(value, list) else value


def _joint(entry: _Joint, sourced: dict[str, str]) -> JointDemand:
    low, high = entry.deg or (None, None)
    name = f"{entry.j}.{entry.a}"
    return JointDemand(
        joint=entry.j,
        action=entry.a,
        low=low,
        high=high,
        grade=entry.grade or "",
        mode=entry.mode,
        load=entry.load,
        chain=entry.chain or "",
        contraction=entry.con,
        limb=entry.limb or "both",
        adjustable=entry.adj,
        keep=entry.keep,
        estimate=f"joints.{name}" not in sourced and name not in sourced,
    )


_OPPOSITE = {"flexion": "extension", "extension": "flexion"}


def _with_implied(joints: tuple[JointDemand, ...], vocabulary: Vocabulary) -> tuple[JointDemand, ...]:
    """Add the other direction of every resisted or ballistic arc of a hinge joint that the record leaves out."""
    present = {(d.joint, d.action, d.limb) for d in joints}
    implied = [
        replace(d, action=_OPPOSITE[d.action], contraction=(), implied=True)
        for d in joints
        if d.joint in vocabulary.arc_joints
        and d.action in _OPPOSITE
        and d.mode in ("resisted", "ballistic")
        and d.low != d.high
        and (d.joint, _OPPOSITE[d.action], d.limb) not in present
    ]
    return joints + tuple(implied)
