"""report.html: one self-contained page that loads nothing and trusts nothing that came from a node."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.law import Obligation
from conformance.report import words
from conformance.report.clean import moment, ranges
from conformance.report.labels import LABELS
from conformance.report.segments import segments

if TYPE_CHECKING:
    from jinja2 import Template

    from conformance.report.values import View
    from conformance.text import Lang

_HERE = Path(__file__).parent
_FINDINGS = 20
_SAMPLES = 20
_WRITES = 100
_FIRST = 5
_COLUMNS = 4


def render(view: View, lang: Lang) -> str:
    """Return the page; it opens in `lang` and holds both languages."""
    css, js = ((_HERE / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    return _template().render(
        view=view,
        lang=lang,
        css=Markup(css),  # noqa: S704 - our own file
        js=Markup(js),  # noqa: S704 - our own file
        policy=_policy(css, js),
        most={
            "findings": _FINDINGS,
            "samples": _SAMPLES,
            "writes": _WRITES,
            "failures": _FIRST,
            "columns": _COLUMNS,
        },
    )


def _policy(css: str, js: str) -> str:
    """Return the Content-Security-Policy: nothing but this page's own style and script."""
    return (
        f"default-src 'none'; style-src '{_hash(css)}'; script-src '{_hash(js)}'; base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        w=SimpleNamespace(**LABELS),
        words=words,
        states=words.STATES,
        obligations=list(Obligation),
        matters=[str(one) for one in words.MATTERS],
        announced=words.announced,
        moment=moment,
        ranges=ranges,
        segments=segments,
    )
    return environment.get_template("template.html.j2")
