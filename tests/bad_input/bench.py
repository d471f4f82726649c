"""What the tests of hostile circumstances share: profiles, runs in the background, run folders as they lie there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import conformance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bad_input.quick import Done

    Cli = Callable[..., Done]

HOME = Path(conformance.__file__).parents[1]
PATIENCE = 60  # seconds after which a test gives up
BRIEF = {"connect": 2, "read": 0.4, "total": 0.6}  # seconds: enough to see that nothing comes any more


def write_profile(path: Path, url: str, statement: dict[str, Any] | None = None, **access: Any) -> Path:
    """Write a profile; YAML reads JSON."""
    data = {"profile": 1, "node": {"url": url}, "access": access} | ({"statement": statement} if statement else {})
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def environment(**more: str) -> dict[str, str]:
    """An environment in which nothing of this test run shows, and the package is found from anywhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "LC_", "LANG"))}
    return {**kept, "PYTHONPATH": str(HOME), "PYTHONSAFEPATH": "1", "LC_ALL": "C.UTF-8", **more}


@contextmanager
def started(
    cwd: Path, *words: str | Path, module: str = "conformance", **options: Any
) -> Iterator[subprocess.Popen[str]]:
    """Start the command in the background; it never outlives the block."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's background job ignores it, and so would children
        signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-m", module, *map(str, words)]
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        **options,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def the_run(out: Path) -> Path:
    """The only run folder below `out`."""
    [manifest] = out.glob("*/*/manifest.json")
    return manifest.parent


def manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))


def events(folder: Path, kind: str) -> list[dict[str, Any]]:
    """The events of one kind, of an unfinished file as far as its lines are whole."""
    lines = (folder / "events.ndjson").read_bytes().split(b"\n")[:-1]
    return [event for event in map(json.loads, lines) if event["event"] == kind]


def outcomes(folder: Path) -> Counter[str]:
    return Counter(one["outcome"] for one in events(folder, "result"))


def reasons(folder: Path, lang: str = "en") -> str:
    """Every reason that a check gave."""
    return "\n".join(one["reason"][lang] for one in events(folder, "result") if one["reason"])


def readable(cli: Cli, folder: Path) -> tuple[int, int, str]:
    """Report on a folder and replay it: both exit codes, and what the replay said."""
    reported, replayed = cli("--lang", "en", "report", folder), cli("--lang", "en", "replay", folder)
    assert (folder / "report.html").stat().st_size > 0, reported.stderr
    return reported.returncode, replayed.returncode, replayed.stdout + replayed.stderr
