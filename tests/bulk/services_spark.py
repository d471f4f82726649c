"""A Spark cluster of the tests' own: one master and two workers on this machine, from the installed package."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from signal import SIGTERM
from types import MappingProxyType
from typing import TYPE_CHECKING

from bulk.services_postgres import absent
from bulk.services_process import started

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from bulk.services_process import Process

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


def _process(work: Path, name: str, *words: str) -> AbstractContextManager[Process]:
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
    return started(command, SIGTERM, env=environment, cwd=work)
