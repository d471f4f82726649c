"""`explain`: a requirement, process, dataset, data element or code list by its id, each as a person reads it."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.run.scope import Scope, ScopeError
from conformance.terminal import law as words
from conformance.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from conformance.law import Law
    from conformance.text import Lang


def explain_and_show(law: Law, name: str, lang: Lang, console: Console, svg: Path | None = None) -> None:
    """Print everything that the law says of one thing.

    Args:
        law: what is explained.
        name: id of a requirement, process, data element, dataset or code list; or the path of a description of a table
            that a district wrote (a YAML file).
        lang: language of the words.
        console: where to print.
        svg: where to write the picture of a process; None for no picture.

    Raises:
        ScopeError: there is nothing of that name, and the text says what there is; or a picture is asked for that
            does not exist or cannot be written.
        DatasetError: the file is no proper description; the text names the line.
    """
    if name in _machine_names(law):
        _show_machine(law, name, lang, console, svg)
        return
    if svg is not None:
        names = _machine_names(law)
        raise ScopeError(
            Text(f"只有流程可以画图：{'、'.join(names)}", f"Only a process has a picture: {', '.join(names)}")
        )
    row = law.requirements.get(name.upper())
    if row is None:
        _show_data(law, name, lang, console)
        return
    console.print(f"{row.id} {row.title.pick(lang)}", style="bold", markup=False)
    for label, said in words.explain(law, row, lang):
        console.print(f"{label}: {said}", markup=False, soft_wrap=True)


def _machine_names(law: Law) -> list[str]:
    """The ids of the processes, without reading them."""
    return sorted(path.stem for path in (law.folder / "process" / "machines").glob("*.yaml"))


def _show_machine(law: Law, name: str, lang: Lang, console: Console, svg: Path | None) -> None:
    """Print a process, and write its picture where that is asked for."""
    from conformance.law.read_machines import machines  # noqa: PLC0415 - only who asks for a process pays for it
    from conformance.report.machine_svg import svg as picture  # noqa: PLC0415
    from conformance.terminal.machine import show_machine  # noqa: PLC0415

    machine = machines(law)[name]
    show_machine(console, law, machine, lang)
    if svg is not None:
        try:
            svg.write_text(picture(law, machine, lang), encoding="utf-8")
        except OSError as error:
            wrong = Text(f"{svg} 无法写入：{error.strerror}", f"{svg} cannot be written: {error.strerror}")
            raise ScopeError(wrong) from error
        console.print(Text(f"图已写入 {svg}", f"Picture: {svg}").pick(lang), markup=False, soft_wrap=True)


def _show_data(law: Law, name: str, lang: Lang, console: Console) -> None:
    """Print what the data standard has of that name."""
    from conformance.law.district import read_district_dataset  # noqa: PLC0415 - a requirement is told without them
    from conformance.terminal.described import show_dataset  # noqa: PLC0415
    from conformance.terminal.elements import show_code_list, show_element  # noqa: PLC0415

    data = law.data
    if name.upper() in data.elements:
        show_element(console, law, data.elements[name.upper()], lang)
    elif name in data.datasets:
        show_dataset(console, law, data.datasets[name], lang)
    elif name in data.code_lists:
        show_code_list(console, law, data.code_lists[name], lang)
    elif name.lower().endswith((".yaml", ".yml")):
        show_dataset(console, law, read_district_dataset(Path(name), law), lang)
    else:
        raise _unknown(law, name)


def _unknown(law: Law, name: str) -> ScopeError:
    """The error that names what comes near; of requirements only, in the words that every command has for them."""
    data = law.data
    near = difflib.get_close_matches(name.upper(), [*data.elements], 3, 0.8)
    near += difflib.get_close_matches(name.lower(), [*data.datasets, *data.code_lists, *_machine_names(law)], 3, 0.6)
    if not near:
        try:
            Scope(requirements=(name.upper(),)).select(law)
        except ScopeError as error:
            return error
    from conformance.report.clean import line  # noqa: PLC0415 - only for the error

    shown = line(name)
    return ScopeError(
        Text(f"未知：{shown}。可用：{'、'.join(near)} …", f"Unknown: {shown}. There is: {', '.join(near)} …")
    )
