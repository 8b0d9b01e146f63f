"""The words that several formats share: days, limits, sources, and a reason in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from safetyrules.model.knowledge import Limit, Reference
from safetyrules.model.report import ItemReport, LimitLine, Reason
from safetyrules.model.verdict import Verdict
from safetyrules.reporting.plain import plain

# Own names, because those of strftime follow the machine's language.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_SHOWN_DEMANDS = 2

# The vocabulary's words and units; a report carries no vocabulary, so a test holds the two together.
QUANTITIES = {
    "load_kg": ("total load", "kg"),
    "load_kg_per_arm": ("load per arm", "kg"),
    "load_pct_1rm": ("relative load", "% of one-repetition maximum"),
    "rpe": ("effort", "of 10"),
    "rpe20": ("effort", "of 20 (Borg)"),
    "rir": ("repetitions in reserve", "repetitions"),
    "reps": ("repetitions", "repetitions"),
    "minutes": ("duration", "min"),
    "seconds": ("hold", "s"),
    "supine_minutes": ("continuous time lying on the back", "min"),
    "session_minutes": ("session length", "min"),
    "heart_rate_bpm": ("heart rate", "bpm"),
    "heart_rate_pct_max": ("heart rate", "% of maximum heart rate"),
    "heart_rate_pct_hrr": ("heart rate", "% of heart-rate reserve"),
    "grip_width": ("grip width", "shoulder widths"),
    "pain": ("pain", "of 10"),
    "exercise_sbp": ("systolic pressure during exercise", "mmHg"),
    "exercise_dbp": ("diastolic pressure during exercise", "mmHg"),
    "weekly_progression_pct": ("progression", "% per week"),
    "rom_deg": ("range", "deg"),
    "impact": ("impact", "level"),
    "balance": ("balance demand", "level"),
    "intensity": ("intensity", "level"),
}


def verdict_words(verdict: Verdict) -> str:
    """Return the verdict as it is read aloud.

    >>> verdict_words(Verdict.CLEARANCE_REQUIRED)
    'clearance required'
    """
    return verdict.word.replace("_", " ")


def name_words(identifier: str) -> str:
    """Return an id or role as words."""
    return plain(identifier).replace("_", " ")


def item_name(item: ItemReport) -> str:
    """Return the exercise as the trainer wrote it, with its side, on one line."""
    side = f" ({item.side})" if item.side in ("left", "right") else ""
    return (plain(item.as_written) or "(no name)") + side


def day_words(day: date) -> str:
    """Return a day with its weekday.

    >>> day_words(date(2026, 12, 1))
    'Tue 1 Dec 2026'
    """
    return f"{_DAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def moment_words(moment: datetime) -> str:
    """Return a day in full with its time and, where it is known, the offset."""
    day = f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M}"
    offset = moment.isoformat(timespec="minutes")[16:]
    return f"{day} (UTC{offset})" if offset else day


def until_words(reason: Reason) -> str:
    """Return until when a reason holds, or an empty string where nothing says so."""
    words = []
    if isinstance(reason.until, datetime):
        words.append(f"until {day_words(reason.until)} {reason.until:%H:%M}")
    elif reason.until:
        words.append(f"until {day_words(reason.until)}")
    if reason.waits_for:
        roles = (" and " if reason.waits_need == "all" else " or ").join(name_words(role) for role in reason.waits_for)
        words.append(f"{'and not before' if words else 'until there is'} clearance by {roles}")
    return " ".join(words)


def missing_fields(reason: Reason) -> tuple[str, ...]:
    """Return the fields of the case that an assumed reason lacks."""
    return tuple(plain(fact.removeprefix("missing:")) for fact in reason.source_facts if fact.startswith("missing:"))


def reason_sentence(reason: Reason, *, with_demand: bool = True) -> str:
    """Return why, for which demand of the exercise, and until when, in one sentence."""
    sentence = plain(reason.because).removesuffix(".") or "No reason is written down"
    if reason.is_assumed:
        missing = missing_fields(reason)
        are = "are" if len(missing) > 1 else "is"
        what = f"{listed(missing) or 'something it depends on'} {are} not known"
        sentence = f"Held because {what}: {sentence}"
    if reason.demand and with_demand:
        demands = [plain(demand) for demand in reason.demand.split("; ")]
        more = len(demands) - _SHOWN_DEMANDS
        shown = "; ".join(demands[:_SHOWN_DEMANDS]) + (f"; and {more} more" if more > 0 else "")
        sentence += f" ({shown})"
    until = until_words(reason)
    return f"{sentence}, {until}." if until else f"{sentence}."


def source_words(reason: Reason) -> str:
    """Return the grade and the source that carries it; empty where the reason is itself the source."""
    if not reason.citations:
        is_unsourced = reason.evidence == "BK" and not reason.rule.startswith("instruction/")
        return "[BK] background knowledge, no source cited" if is_unsourced else ""
    best = next((c for c in reason.citations if c.grade == reason.evidence), reason.citations[0])
    return f"[{plain(best.grade)}] {reference_words(best)}"


def reference_words(reference: Reference) -> str:
    """Return title, organization and year of a source."""
    text = ", ".join(filter(None, (plain(reference.title), plain(reference.org))))
    return f"{text} {reference.year}" if reference.year else text


def limit_words(limit: Limit) -> str:
    """Return a limit in words.

    >>> limit_words(Limit("rom_deg:hip.flexion", high=90.0))
    'hip flexion at most 90 deg'
    """
    quantity, _, rest = limit.quantity.partition(":")
    text = plain(limit.text).removesuffix(".")
    if quantity in ("instruction", "supervision"):
        return text or name_words(quantity)
    if quantity == "variant":
        return f"variant {name_words(rest)}" + (f": {text}" if text else "")
    words, unit = QUANTITIES.get(quantity, (name_words(quantity), ""))
    if rest:
        words = name_words(rest).replace(".", " ")
    unit = "" if unit == "level" or unit in words else f" {unit}"
    bounds = []
    if limit.low is not None:
        bounds.append(f"at least {limit.low:g}")
    if limit.high is not None:
        bounds.append(f"at most {name_words(limit.high) if isinstance(limit.high, str) else format(limit.high, 'g')}")
    said = f"{words} {' and '.join(bounds)}{unit}" if bounds else words
    if text.startswith(said):
        return text
    return f"{said} ({text})" if text else said


def met_words(line: LimitLine) -> str:
    """Return whether the planned dose keeps the limit."""
    if line.is_met is None:
        return "not stated"
    if line.is_met:
        return "met"
    return "not met" if line.is_stated else "not stated in the plan"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def verdict_counts(items: Iterable[ItemReport]) -> str:
    """Return how many items have which verdict, strictest first."""
    verdicts = [item.verdict for item in items]
    return ", ".join(f"{verdicts.count(v)} {verdict_words(v)}" for v in sorted(set(verdicts), reverse=True))


def strictest_first(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return reasons in order of strictness; what is known comes before what is assumed."""
    return tuple(sorted(reasons, key=lambda r: (-r.verdict, r.is_assumed, r.rule, r.source_facts)))
