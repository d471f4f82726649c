"""Starts the reference node that ships with the suite, as a process of its own."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from conformance.resources import folder
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STOP = 10.0
_USAGE = 2
_REFUSED = Text("参考节点不接受这些选项，原因见上文。", "The reference node refuses these options; see above why.")


class EmbeddedError(Exception):
    """The reference node did not start; `usage` where its options were wrong."""

    def __init__(self, message: Text, *, usage: bool) -> None:
        super().__init__(message.en)
        self.text = message
        self.usage = usage


@contextlib.contextmanager
def reference_node(options: Sequence[str] = ()) -> Iterator[str]:
    """Run the reference node for the length of a `with` block and give its URL.

    Args:
        options: its command line, such as `--scale 200 --fault NAME`.

    Raises:
        EmbeddedError: it ended before it was ready.
    """
    with subprocess.Popen(_command(options), stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        try:
            yield _ready(process)
        finally:
            process.terminate()
            try:
                process.wait(_STOP)
            except subprocess.TimeoutExpired:
                process.kill()


def _command(options: Sequence[str]) -> list[str]:
    told = ["--standards", str(folder("standards"))]
    return [sys.executable, "-I", str(folder("fixtures") / "node"), *told, *options]


def _ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        return str(json.loads(line)["url"])
    except (ValueError, KeyError) as error:
        code = process.wait(_STOP) if not line else process.poll()
        raise EmbeddedError(_REFUSED if code == _USAGE else _broken(code), usage=code == _USAGE) from error


def _broken(code: int | None) -> Text:
    return Text(
        f"参考节点未能启动（退出码 {code}）。若缺少依赖，请安装 district-conformance[node]。",
        f"The reference node did not start (exit code {code}). If it lacks its libraries, "
        "install district-conformance[node].",
    )


def foreground(options: Sequence[str]) -> int:
    """Run the reference node until it ends or this process is told to stop, and return the node's exit code."""
    with subprocess.Popen(_command(options)) as process:  # noqa: S603 - our own program

        def stop(_number: int, _frame: object) -> None:
            process.terminate()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        return process.wait()
