"""Small plots as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Row = tuple[str, float | None, float | None, float | None]
"""A name, a share, and the ends of its interval; None where there is none."""
_LEFT, _WIDTH, _RIGHT, _STEP, _TOP = 130, 460, 70, 22, 8
_TICKS = 4


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
