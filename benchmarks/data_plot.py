"""The comparison as a picture: one bar a tool, million rows a second."""

from __future__ import annotations

from html import escape

_WIDTH, _LEFT, _ROW = 860, 300, 34


def bars(lines: list[tuple[str, float, str]], rows: int) -> str:
    """Return the SVG of lines (name, million rows a second, remark)."""
    shown = [line for line in lines if line[1] > 0]
    most = max(speed for _, speed, _ in shown)
    height = 90 + _ROW * len(shown)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" '
            'font-size="13" role="img">'
        ),
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        (
            '<text x="16" y="26" font-size="15" font-weight="bold">'
            f"Six rules on {rows:,} legal persons: million rows a second</text>"
        ),
        (
            '<text x="16" y="46" fill="#667">The first computes both check characters of the credit code, '
            "the others match its pattern.</text>"
        ),
    ]
    for place, (name, speed, remark) in enumerate(shown):
        top, width = 62 + place * _ROW, max(2, (_WIDTH - _LEFT - 230) * speed / most)
        colour = "#0b6bcb" if name.startswith("district") else "#a9b8c6"
        parts += [
            f'<text x="{_LEFT - 8}" y="{top + 16}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{width:.0f}" height="22" fill="{colour}"/>',
            (
                f'<text x="{_LEFT + width + 6:.0f}" y="{top + 16}">{speed:.3g} '
                f'<tspan fill="#667">({escape(remark)})</tspan></text>'
            ),
        ]
    return "\n".join([*parts, "</svg>", ""])
