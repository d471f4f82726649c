"""Starts and stops Spark: quiet, on this machine or on a cluster, and nothing of it stays behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import zipfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyspark import SparkConf, SparkContext
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

import conformance
from conformance.bulk.values import EngineError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Decides what a table means; a cluster's own settings never change it.
_MEANING = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.session.timeZone": "+08:00",
    "spark.sql.caseSensitive": "true",
    "spark.sql.timeType.enabled": "true",
    "spark.sql.parquet.binaryAsString": "false",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
}
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
_LOCAL = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
_PATIENCE = 30  # seconds for a virtual machine to end before it is ended, or for a master to answer


@contextmanager
def session(settings: Mapping[str, str], temp: Path | None = None) -> Iterator[SparkSession]:
    """Start Spark; on leaving, the session, its virtual machine and its temporary files are gone.

    The master is that of `settings`, of the environment (MASTER) or of spark-defaults.conf, else `local[*]`.

    Args:
        settings: members of Spark's configuration, which win over all but what decides the meaning.
        temp: folder that Spark may spill to.

    Raises:
        EngineError: there is no Java, the cluster cannot be reached, or Spark does not start.
    """
    _need_java()
    _need_master(settings.get("spark.master") or os.environ.get("MASTER", ""))
    with ExitStack() as stack:
        try:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="conformance-spark-", dir=temp)))
            stack.enter_context(_surroundings())
            log = stack.enter_context((work / "log").open("wb"))
            context = _started(stack, _configuration(settings, work), log)
        except EngineError:
            raise
        except Exception as error:
            raise _not_started(error, work / "log") from error
        if not context.master.startswith("local"):
            context.addPyFile(str(_package(work)))
        yield SparkSession.builder.getOrCreate()


def _started(stack: ExitStack, wanted: SparkConf, log: Any) -> Any:
    gateway = launch_gateway(wanted, {"stdout": log, "stderr": log})
    stack.callback(_end, gateway)
    SparkContext._gateway = gateway  # noqa: SLF001 - a configuration asks it for what spark-defaults.conf says
    SparkContext._jvm = gateway.jvm  # noqa: SLF001
    conf = SparkConf()
    master = str(conf.get("spark.master", "local[*]"))
    if master.startswith("local"):
        here = str(Path(conformance.__file__).parents[1])
        conf.setAll([*_LOCAL.items(), ("spark.executorEnv.PYTHONPATH", here)])
    _need_master(master)
    context = SparkContext(gateway=gateway, conf=conf)
    stack.callback(context.stop)
    return context


def _configuration(settings: Mapping[str, str], work: Path) -> SparkConf:
    own = {
        "spark.app.name": "conformance",
        "spark.local.dir": str(work),
        "spark.sql.warehouse.dir": str(work / "warehouse"),
    }
    return SparkConf(loadDefaults=False).setAll(list((own | _QUIET | dict(settings) | _MEANING).items()))


def _need_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if (home and Path(home, "bin", "java").exists()) or shutil.which("java"):
        return
    raise EngineError(
        Text(
            "Spark需要Java 17或以上版本，本机未找到Java：请安装，或以JAVA_HOME指明其位置",
            "Spark needs Java 17 or newer and there is no Java here: install it, or say by JAVA_HOME where it is",
        )
    )


def _need_master(master: str) -> None:
    """Ask the hosts of a standalone cluster whether somebody answers; Spark itself would try for minutes."""
    if not master.startswith("spark://"):
        return
    hosts = [one.rpartition(":") for one in master.removeprefix("spark://").split(",")]
    if not any(_answers(host, port) for host, _, port in hosts):
        raise EngineError(
            Text(f"集群主节点 {master} 无法连接", f"the master of the cluster, {master}, cannot be reached")
        )


def _answers(host: str, port: str) -> bool:
    try:
        with socket.create_connection((host.strip("[]"), int(port)), _PATIENCE):
            return True
    except (OSError, ValueError):
        return False


def _not_started(error: Exception, log: Path) -> EngineError:
    words = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    reasons = [one.strip() for one in words if "rror" in one or "xception" in one]
    reason = reasons[0] if reasons else str(error).partition("\n")[0]
    return EngineError(Text(f"Spark未能启动：{reason}", f"Spark did not start: {reason}"))


@contextmanager
def _surroundings() -> Iterator[None]:
    """Put back what Spark changes in this process: environment, import path, the handler of interrupts."""
    environment, path = dict(os.environ), list(sys.path)
    first = threading.current_thread() is threading.main_thread()  # only there are handlers set
    handler = signal.getsignal(signal.SIGINT)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(environment)
        sys.path[:] = path
        if first:
            signal.signal(signal.SIGINT, handler)


def _end(gateway: Any) -> None:
    """End the virtual machine; the next session starts its own."""
    SparkContext._gateway = None  # noqa: SLF001 - Spark has no public way to give its virtual machine back
    SparkContext._jvm = None  # noqa: SLF001
    gateway.shutdown()
    process = gateway.proc
    if process is not None:
        process.stdin.close()
        try:
            process.wait(_PATIENCE)
        finally:
            process.kill()


def _package(work: Path) -> Path:
    """This package as an archive that workers can import, whatever is installed there."""
    root = Path(conformance.__file__).parent
    archive = work / "conformance.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in sorted(root.rglob("*.py")):
            packed.write(one, one.relative_to(root.parent))
    return archive
