"""A Spark cluster of the tests' own: one master and two workers on this machine, from the installed package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from types import MappingProxyType
from typing import TYPE_CHECKING

from bulk.services_postgres import absent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATIENCE = 120  # seconds after which a process counts as failed
WORKERS = 2
LOCAL = MappingProxyType({"spark.master": "local[2]"})
SHORT = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def java() -> bool:
    """Whether Spark can start here; skips (or fails) with the reason otherwise."""
    home = os.environ.get("JAVA_HOME")
    if not find_spec("pyspark"):
        absent("PySpark is not installed (extra spark)")
    if not (shutil.which("java") or (home and Path(home, "bin", "java").exists())):
        absent("Java is not installed (package openjdk-17-jre-headless)")
    return True


def configured(folder: Path, settings: Mapping[str, str] = LOCAL) -> dict[str, str]:
    """An environment with settings for runs that are too short to be worth optimising."""
    quick = {
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.extraJavaOptions": SHORT,
        "spark.executor.extraJavaOptions": SHORT,
    }
    folder.mkdir(exist_ok=True)
    lines = [f"{name} {value}\n" for name, value in (quick | dict(settings)).items()]
    (folder / "spark-defaults.conf").write_text("".join(lines))
    return {"SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1"}


def on_cluster(folder: Path, master: str) -> dict[str, str]:
    """An environment that names a cluster; expressions are interpreted there, and compiled on this machine."""
    settings = {
        "spark.master": master,
        "spark.executor.memory": "512m",
        "spark.cores.max": str(WORKERS),
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.codegen.wholeStage": "false",
    }
    return configured(folder, settings)


@contextmanager
def cluster(work: Path) -> Iterator[str]:
    """A standalone cluster; gives the URL of its master. Every step waits for what the process says, never for time."""
    java()
    with ExitStack() as stack:
        master = stack.enter_context(_process(work, "master.Master", "--host", "127.0.0.1", "--port", "0"))
        url = master.wait("Starting Spark master at ").split()[-1]
        workers = [
            stack.enter_context(_process(work, "worker.Worker", "-c", "1", "-m", "1g", "-d", str(work / f"{n}"), url))
            for n in range(WORKERS)
        ]
        for one in workers:
            one.wait("Successfully registered with master")
        yield url


class _Process:
    """A process of Spark whose words are read as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self.news = Event()
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.lines.append(line.strip())
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
def _process(work: Path, name: str, *words: str) -> Iterator[_Process]:
    spec = find_spec("pyspark")
    assert spec
    assert spec.origin
    home = Path(spec.origin).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": SHORT,
        "SPARK_LOCAL_DIRS": str(work),
        "PYSPARK_PYTHON": sys.executable,
    }
    command = [str(home / "bin/spark-class"), f"org.apache.spark.deploy.{name}", "--webui-port", "0", *words]
    with subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=work
    ) as process:
        one = _Process(process)
        try:
            yield one
        finally:
            process.terminate()
            process.wait(PATIENCE)
            one.reader.join(PATIENCE)
