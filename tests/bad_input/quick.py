"""The command in a fresh process, without the second that its libraries need to load: forked from one that has them.

`python -m conformance` runs in the child as it would from a shell: its own arguments, folder, environment and streams.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

LIBRARIES = (
    "click", "httpx2", "httpcore2", "hypothesis", "hypothesis.strategies", "jinja2", "jsonschema", "jsonschema_rs",
    "orjson", "pyshacl", "pytest", "rdflib", "rich.console", "rich.progress", "rich.table", "yaml", "conformance.law",
    "conformance.rules", "conformance.run.course", "conformance.report",
)  # fmt: skip


class Done(subprocess.CompletedProcess[str]):
    """A command that has ended; `memory` is the most that it held, in megabytes."""

    memory = 0.0


class Quick:
    """Starts commands, one after the other."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, __file__], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parent.communicate()

    def run(self, words: list[str], cwd: Path, env: Mapping[str, str]) -> Done:
        """Run the command to its end."""
        assert self._parent.stdin
        assert self._parent.stdout
        with TemporaryDirectory() as folder:
            streams = [Path(folder, name) for name in ("out", "err")]
            order = {"words": words, "cwd": str(cwd), "env": dict(env), "streams": [*map(str, streams)]}
            self._parent.stdin.write(json.dumps(order) + "\n")
            self._parent.stdin.flush()
            code, memory = map(int, self._parent.stdout.readline().split())
            out, err = (one.read_text(encoding="utf-8") for one in streams)
        done = Done(words, code, out, err)
        done.memory = memory / 1024
        return done


def main() -> None:
    """Load the libraries, then fork a child for every order."""
    for name in LIBRARIES:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            serve(json.loads(line))
        _, status, used = os.wait4(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {used.ru_maxrss}\n")
        sys.stdout.flush()


def serve(order: dict[str, Any]) -> None:
    """Become the command."""
    os.chdir(order["cwd"])
    os.environ.update(order["env"])
    for number, file in ((0, os.devnull), *zip((1, 2), order["streams"], strict=True)):
        os.dup2(os.open(file, os.O_RDWR | os.O_CREAT), number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - stays open to the end of the process
    sys.argv = ["conformance", *order["words"]]
    try:
        runpy.run_module("conformance", run_name="__main__")
    except SystemExit as error:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(error.code if isinstance(error.code, int) else 0 if error.code is None else 1)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
