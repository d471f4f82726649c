"""Servers that tests start: what they say is heard as it comes, and they never outlive the tests."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from signal import Signals

PATIENCE = 120  # seconds after which a process counts as failed


class Process:
    """A process whose words are read as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self.news = Event()
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.lines.append(line.strip() or " ")
            self.news.set()
        self.lines.append("")
        self.news.set()

    def wait(self, words: str) -> str:
        """The first line that holds the words."""
        while True:
            self.news.clear()
            lines = list(self.lines)
            for line in lines:
                if words in line:
                    return line
            if lines[-1:] == [""] or not self.news.wait(PATIENCE):
                raise RuntimeError("\n".join(lines))


@contextmanager
def started(command: list[str], stop: Signals, drop: tuple[str, ...] = (), **options: Any) -> Iterator[Process]:
    """Run a server; the signal ends it, and the kernel does where the tests are killed.

    Args:
        command: the program and its words.
        stop: the signal that it takes for its end.
        drop: words of setpriv that say as whom it runs.
        options: of Popen.
    """
    bound = ["setpriv", "--pdeathsig", "KILL", *drop] if shutil.which("setpriv") else []
    with subprocess.Popen(
        [*bound, *command], text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options
    ) as process:
        one = Process(process)
        try:
            yield one
        finally:
            process.send_signal(stop)
            process.wait(PATIENCE)
            one.reader.join(PATIENCE)
