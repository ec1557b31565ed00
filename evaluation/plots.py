"""Small plots as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Row = tuple[str, float | None, float | None, float | None]
"""A name, a share, and the ends of its interval; None where there is none."""
_LEFT, _WIDTH, _RIGHT, _STEP, _TOP = 130, 460, 70, 22, 8
_TICKS = 4
_COURSE_HEIGHT, _MAX_LABELS = 120, 8


def interval_plot(title: str, rows: Sequence[Row], *, start: float, end: float | None = None) -> str:
    """One line per row, its share a dot, between ``start`` and ``end`` (default: the widest interval); "" for no share at all."""
    known = [(name, share, low, high) for name, share, low, high in rows if share is not None and low is not None and high is not None]
    if not known:
        return ""
    last = end if end is not None else max(max(high for _, _, _, high in known), 1e-6)
    scale = _WIDTH / ((last - start) or 1.0)

    def x(share: float) -> float:
        return round(_LEFT + (min(max(share, start), last) - start) * scale, 1)

    bottom = _TOP + _STEP * len(known)
    marks = []
    for tick in range(_TICKS + 1):
        share = start + (last - start) * tick / _TICKS
        marks.append(f'<line class="grid" x1="{x(share)}" x2="{x(share)}" y1="{_TOP}" y2="{bottom}"/>')
        marks.append(f'<text class="tick" x="{x(share)}" y="{bottom + 14}" text-anchor="middle">{100 * share:.3g} %</text>')
    for place, (name, share, low, high) in enumerate(known):
        y = _TOP + _STEP * place + _STEP / 2
        marks.append(f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(name)}</text>')
        marks.append(f'<line class="interval" x1="{x(low)}" x2="{x(high)}" y1="{y}" y2="{y}"/>')
        marks.append(f'<circle cx="{x(share)}" cy="{y}" r="4.5"/>')
    size = f'viewBox="0 0 {_LEFT + _WIDTH + _RIGHT} {bottom + 20}" width="{_LEFT + _WIDTH + _RIGHT}"'
    drawing = f'<svg {size} role="img" aria-label="{escape(title)}">{"".join(marks)}</svg>'
    return f"<figure><figcaption>{escape(title)}</figcaption>{drawing}</figure>"


def course_plot(title: str, names: Sequence[str], points: Sequence[tuple[float | None, float | None, float | None]]) -> str:
    """One figure over builds, oldest first: a dot each with its interval, joined; "" where fewer than two are known."""
    known = [(place, value, low, high) for place, (value, low, high) in enumerate(points) if value is not None]
    if len(known) < 2:
        return ""
    ends = [end for _, value, low, high in known for end in (value, low, high) if end is not None]
    bottom, top = min(ends), max(ends)
    if top == bottom:
        bottom, top = bottom - 0.5, top + 0.5
    step = _WIDTH / max(1, len(points) - 1)

    def x(place: int) -> float:
        return round(_LEFT + place * step, 1)

    def y(value: float) -> float:
        return round(_TOP + _COURSE_HEIGHT * (top - value) / (top - bottom), 1)

    marks = []
    for tick in range(_TICKS + 1):
        value = bottom + (top - bottom) * tick / _TICKS
        marks.append(f'<line class="grid" x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="{y(value)}" y2="{y(value)}"/>')
        marks.append(f'<text class="tick" x="{_LEFT - 10}" y="{y(value) + 4}" text-anchor="end">{value:.3g}</text>')
    marks.append(f'<polyline class="course" points="{" ".join(f"{x(place)},{y(value)}" for place, value, _, _ in known)}"/>')
    for place, value, low, high in known:
        if low is not None and high is not None:
            marks.append(f'<line class="interval" x1="{x(place)}" x2="{x(place)}" y1="{y(low)}" y2="{y(high)}"/>')
        marks.append(f'<circle cx="{x(place)}" cy="{y(value)}" r="4.5"><title>{escape(names[place])}: {value:.4g}</title></circle>')
        label = f'<text class="tick" x="{x(place)}" y="{_TOP + _COURSE_HEIGHT + 18}" text-anchor="middle">{escape(names[place])}</text>'
        marks.append(label if len(points) <= _MAX_LABELS or place in (0, len(points) - 1) else "")
    width = _LEFT + _WIDTH + _RIGHT
    size = f'viewBox="0 0 {width} {_TOP + _COURSE_HEIGHT + 24}" width="{width}"'
    drawing = f'<svg {size} role="img" aria-label="{escape(title)}">{"".join(marks)}</svg>'
    return f"<figure><figcaption>{escape(title)}</figcaption>{drawing}</figure>"
