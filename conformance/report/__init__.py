"""The report of a run, one module a format: a pure function of the run folder and the law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report import html, json_report, junit
from conformance.report.table_terminal import data_summary
from conformance.report.terminal import summary
from conformance.report.values import View
from conformance.report.view import load_view

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.law import Law
    from conformance.text import Lang

__all__ = ["View", "data_summary", "load_view", "summary", "write_reports", "write_view"]


def write_reports(folder: Path, law: Law, lang: Lang) -> dict[str, Path]:
    """Write every file format of the report into the run folder, of an incomplete run as far as it got.

    Args:
        folder: of the run.
        law: the edition that judges.
        lang: the language in which the page opens and in which JUnit speaks.

    Returns:
        The files by the name of their format: html, json, junit.

    Raises:
        EvidenceError: there is no run, or a complete one was changed.
        OSError: a file cannot be written.
    """
    return write_view(load_view(folder, law), folder, lang)


def write_view(view: View, folder: Path, lang: Lang) -> dict[str, Path]:
    """Write the files of a view that was loaded already.

    Raises:
        OSError: a file cannot be written.
    """
    contents = {
        "html": (folder / "report.html", html.render(view, lang)),
        "json": (folder / "report.json", json_report.render(view)),
        "junit": (folder / "junit.xml", junit.render(view, lang)),
    }
    for file, content in contents.values():
        beside = file.with_name(f"{file.name}.new")
        beside.write_text(content, encoding="utf-8", newline="\n")
        beside.replace(file)
    return {name: file for name, (file, _) in contents.items()}
