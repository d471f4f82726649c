"""The comparison as a picture: one bar a tool, million rows a second, on a logarithmic axis."""

from __future__ import annotations

from html import escape
from math import log10

_WIDTH, _LEFT, _ROW = 860, 300, 34


def bars(lines: list[tuple[str, float, str]], rows: int) -> str:
    """Return the SVG of lines (name, million rows a second, remark)."""
    shown = [line for line in lines if line[1] > 0]
    least = 10 ** int(log10(min(speed for _, speed, _ in shown)) - 1)
    span = log10(max(speed for _, speed, _ in shown) * 1.3 / least)
    height = 70 + _ROW * len(shown)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" '
            'font-size="13">'
        ),
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        (
            '<text x="16" y="26" font-size="15" font-weight="bold">'
            f"Six rules on {rows:,} legal persons: million rows a second (logarithmic)</text>"
        ),
    ]
    for place, (name, speed, remark) in enumerate(shown):
        top, width = 46 + place * _ROW, (_WIDTH - _LEFT - 230) * log10(speed / least) / span
        colour = "#0b6bcb" if name.startswith("district") else "#a9b8c6"
        parts += [
            f'<text x="{_LEFT - 8}" y="{top + 16}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{max(2, width):.0f}" height="22" fill="{colour}"/>',
            (
                f'<text x="{_LEFT + max(2, width) + 6:.0f}" y="{top + 16}">{speed:.2f} '
                f'<tspan fill="#667">({escape(remark)})</tspan></text>'
            ),
        ]
    return "\n".join([*parts, "</svg>", ""])
