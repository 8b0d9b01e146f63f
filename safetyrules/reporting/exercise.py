"""One exercise as text: what it demands, how it can be made smaller, and which of its numbers are estimates."""

from __future__ import annotations

from safetyrules.judging.demands import Demands
from safetyrules.model.exercise import JointDemand


def render(demands: Demands) -> str:
    """Return the exercise for a terminal."""
    e = demands.exercise
    lines = [f"{e.name} [{e.id}]", f"{e.kind}, {', '.join(e.pattern)}, {e.laterality}, {', '.join(e.position)}; record: {e.status}"]
    if e.aka:
        lines.append(f"also: {', '.join(e.aka)}")
    lines += ["", "Joint demands (degrees are estimates unless a source is named):", *(f"  {_joint(d)}" for d in e.joints)]
    lines += ["", "Muscles:"]
    for role in ("prime", "synergist", "stabiliser", "stretched", "eccentric"):
        muscles = getattr(e.muscles, role)
        if muscles:
            lines.append(f"  {role}: {', '.join(muscles)}")
    lines += [
        "",
        f"Spine: compression {e.compression} of 4, shear {e.shear} of 3, load at {e.load_site}",
        f"Support: feet {e.support.feet}, {e.support.stance} stance, hands {e.support.hands}"
        + (f", on {', '.join(e.support.contact)}" if e.support.contact else ""),
        f"Strain: Valsalva {e.valsalva}, isometric {e.isometric}, abdominal pressure {e.iap}",
        f"Intensity {e.intensity}; balance {e.balance}; impact {e.impact_lower}",
        f"Smallest load: {e.load.min_kg:g} kg on {', '.join(e.load.type)}"
        + (f", {e.load.min_pct_bw:g} % of body weight" if e.load.min_pct_bw else ""),
        "Exposures: " + (", ".join(f"{n} {level}".strip() for n, level in sorted(demands.exposures.items())) or "none"),
    ]
    if e.tissues:
        lines.append("Tissues loaded (1 low to 3 high): " + ", ".join(f"{t} {level}" for t, level in sorted(e.tissues.items())))
    if e.adjust:
        lines += ["", "Can be made smaller:", *(f"  {a.id}: {a.how}" for a in e.adjust)]
    ladder = [("easier", e.regress), ("harder", e.progress), ("instead", tuple(s.id for s in e.substitutes))]
    lines += ["", *(f"{word}: {', '.join(ids)}" for word, ids in ladder if ids)]
    if e.evidence:
        lines += ["", "Sourced: " + ", ".join(f"{path} ({fact})" for path, fact in sorted(e.evidence.items()))]
    return "\n".join(lines) + "\n"


def _joint(d: JointDemand) -> str:
    degrees = (
        f" {d.low:g} to {d.high:g} deg" if d.low is not None and d.high is not None else (f" {d.grade} range" if d.grade else "")
    )
    parts = [f"{d.joint} {d.action}{degrees}", d.mode, f"load {d.load}"]
    if d.chain:
        parts.append(f"{d.chain} chain")
    if d.limb != "both":
        parts.append(f"{d.limb} limb")
    if d.adjustable and d.keep is not None:
        parts.append(f"adjustable to {d.keep:g}")
    if d.implied:
        parts.append("implied by the arc")
    if not d.estimate:
        parts.append("sourced")
    return ", ".join(parts)
