"""Runs the checks with pytest, shielded from whatever pytest finds around the user."""

from __future__ import annotations

import contextlib
import gc
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import conformance
from conformance.run.plugin import Judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from conformance.judge import CheckResult
    from conformance.node import Session

_PACKAGE = Path(conformance.__file__).parent


class SuiteError(Exception):
    """pytest itself could not run the checks; the message is what it said."""


class InterruptedRunError(Exception):
    """Somebody stopped the run."""


def run_checks(session: Session, selected: Iterable[str], listen: Callable[[CheckResult, int], None]) -> None:
    """Run the checks of the selected requirements.

    The user's pytest.ini, conftest.py, plugins and PYTEST_* variables have no part in it.

    Raises:
        InterruptedRunError: Ctrl-C, or a signal that ends the process.
        SuiteError: pytest could not collect or run.
    """
    wanted = frozenset(selected)
    said, judge = io.StringIO(), Judge(session, wanted, listen)
    with _shielded(), _calm(), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main([*_arguments(session, wanted)], plugins=[judge])
    if judge.unreadable:
        raise SuiteError(judge.unreadable[-2000:])
    if code == pytest.ExitCode.INTERRUPTED:
        raise InterruptedRunError
    if code in {pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR}:
        raise SuiteError(said.getvalue()[-2000:])


def _arguments(session: Session, wanted: frozenset[str]) -> Iterator[str]:
    yield from ("--disable-plugin-autoload", "-p", "no:cacheprovider", "-p", "no:doctest", "-p", "no:junitxml")
    yield from ("-p", "no:faulthandler", "-p", "no:logging", "-p", "no:pastebin", "-p", "no:unraisableexception")
    yield from ("-c", str(_PACKAGE / "checks" / "pytest.ini"), f"--rootdir={_PACKAGE / 'checks'}")
    yield from (f"--confcutdir={_PACKAGE / 'checks'}", "--assert=plain", "-q", "--tb=no", "--capture=no")
    standards = {session.law.requirements[one].standard for one in wanted}
    folders = [_PACKAGE / "checks" / name for name in sorted(standards) if (_PACKAGE / "checks" / name).is_dir()]
    yield from map(str, folders or [_PACKAGE / "checks"])


@contextlib.contextmanager
def _calm() -> Iterator[None]:
    """Collect garbage rarely: a catalog is millions of long-lived objects, and walking them costs a tenth of a run."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 50, 1000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextlib.contextmanager
def _shielded() -> Iterator[None]:
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PYTEST")}
    try:
        yield
    finally:
        os.environ.update(kept)
