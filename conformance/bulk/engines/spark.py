"""Tables that outgrow one machine: Spark on this machine or on a cluster, kernels as functions over Arrow arrays."""
# ruff: noqa: S608  statements are made of quoted names and parsed expressions

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa  # noqa: TC002 - Spark reads the types of functions
import pyspark
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql.functions import arrow_udf
from pyspark.util import InheritableThread

from conformance.bulk.engines.spark_errors import explained
from conformance.bulk.engines.spark_session import session
from conformance.bulk.engines.spark_source import FILE, ROW, files, quoted, rows
from conformance.bulk.engines.spark_spots import Spotting
from conformance.bulk.engines.spark_text import FLOAT_TEXT, check_kinds, float_text, geometry_form, text_form
from conformance.bulk.kernels import bound
from conformance.bulk.sql import SPOTS, SqlTable
from conformance.bulk.values import EngineError, Progress
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from conformance.bulk.engines.spark_source import Files, Rows
    from conformance.bulk.selects import Condition
    from conformance.bulk.values import Context, Measured, Spot, Tell
    from conformance.law.data import Dataset

_GLANCE = 0.5  # seconds between two looks at how far Spark has come
_CONNECT = Text(
    "不支持Spark Connect（SPARK_REMOTE）：请以环境变量MASTER或spark-defaults.conf指明集群主节点",
    "Spark Connect (SPARK_REMOTE) is not supported: name the master by MASTER or in spark-defaults.conf",
)


class SparkTable(SqlTable):
    """Files that Spark reads."""

    dialect = "spark"
    kernels = "udf"
    placed = True

    def __init__(self, engine: SparkEngine, found: Files, read: Rows, source: str, dataset: Dataset) -> None:
        super().__init__(dataset, engine.context)
        self.engine = engine
        self.source = source
        self.files = found.local
        self.columns = read.columns
        self.missing = read.missing
        self.unread = read.unread
        self._kinds = read.kinds
        self._view = engine.view(read.frame)
        self._rows: int | None = None

    def run(self, sql: str, stage: Text, tell: Tell) -> list[tuple[Any, ...]]:
        """Run a statement; tells how far the stage that Spark works on has come."""
        rows: list[tuple[Any, ...]] = self.engine.ask(
            self.source,
            lambda: [tuple(row) for row in self.engine.spark.sql(sql).collect()],
            lambda share: tell(Progress(stage, int(share * (self._rows or 0)), self._rows)),
        )
        return rows

    def count(self) -> int:
        """Return the number of rows."""
        if self._rows is None:
            self._rows = super().count()
        return self._rows

    def relation(self, columns: Iterable[str], name: str, *, placed: bool = False) -> str:
        """Return the rows with columns in their text form."""
        forms = [f"{self._form(one)} as {quoted(one)}" for one in dict.fromkeys(columns)]
        place = [f"{FILE} as _file", f"{ROW} as _row"] if placed else []
        return f"(select {', '.join([*place, *forms]) or '1 as _one'} from {self._view}) as {name}"

    def spotted(self, conditions: Sequence[Condition], found: Sequence[Measured], tell: Tell) -> list[Measured]:
        """Add the first failing rows of all rules that fail, in one further pass."""
        failing = [(at, one) for at, one in enumerate(conditions) if found[at].failures]
        if not failing:
            return list(found)
        looking = Spotting(self, [one for _, one in failing])
        [answers] = self.run(looking.sql(), SPOTS, tell)
        spots = {
            at: tuple(self.spot(one.rule.columns, row) for row in looking.rows(number, answers[number]))
            for number, (at, one) in enumerate(failing)
        }
        return [replace(one, spots=spots.get(at, ())) for at, one in enumerate(found)]

    def spot(self, columns: Sequence[str], row: Sequence[Any]) -> Spot:
        """Return an example; geometries are shown as hexadecimal WKB."""
        return super().spot(columns, [bytes(one).hex() if isinstance(one, bytes | bytearray) else one for one in row])

    def _form(self, name: str) -> str:
        shape = self.fields[name].data_type == "geometry"
        if name not in self._kinds:
            return f"cast(null as {'binary' if shape else 'string'})"
        return (geometry_form if shape else text_form)(quoted(name), self._kinds[name])


class SparkEngine:
    """Judges files by one Spark session, which ends with the engine.

    Attributes:
        spark: the session.
    """

    def __init__(self, context: Context, settings: Mapping[str, str], temp: Path | None = None) -> None:
        """Start Spark.

        Raises:
            EngineError: there is no Java, the cluster cannot be reached, or Spark does not start.
        """
        if os.environ.get("SPARK_REMOTE"):
            raise EngineError(_CONNECT)
        self.name = f"spark {pyspark.__version__}"
        self.context = context
        self._stack = ExitStack()
        self._views = 0
        self.spark = self._stack.enter_context(session(settings, temp))
        for name, kernel in bound(context).items():
            if "/" not in name:
                self.spark.udf.register(name, arrow_udf(_function(kernel.arrow), "boolean"))
        self.spark.udf.register(FLOAT_TEXT, arrow_udf(float_text, "string"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, source: str, dataset: Dataset) -> SparkTable:
        """Open a file, a folder or a glob of Parquet, CSV in UTF-8 or NDJSON.

        Raises:
            SourceError: there is no file, it is damaged, of another format, or has none of the fields.
        """

        def read() -> tuple[Files, Rows]:
            found = files(self.spark, source)
            return found, rows(self.spark, found, source, dataset)

        found, seen = self.ask(source, read)
        check_kinds(source, seen.kinds, dataset)
        return SparkTable(self, found, seen, source, dataset)

    def view(self, frame: Any) -> str:
        """Give rows a name by which statements call them."""
        self._views += 1
        name = f"conformance_{self._views}"
        frame.createOrReplaceTempView(name)
        return name

    def ask(self, source: str, question: Callable[[], Any], hear: Callable[[float], None] | None = None) -> Any:
        """Put a question to Spark; `hear` is told from time to time which share of the present stage is done.

        Raises:
            SourceError: a file cannot be read.
            EngineError: Spark gave up.
        """
        answers: list[Any] = []
        troubles: list[Exception] = []
        asking = InheritableThread(target=_answer, session=self.spark, args=(question, answers, troubles))
        asking.start()
        while asking.is_alive():
            if hear is not None:
                hear(self._share())
            asking.join(_GLANCE)
        for one in troubles:
            raise (explained(source, str(one)) if isinstance(one, PySparkException | Py4JError) else one) from one
        return answers[0]

    def close(self) -> None:
        """End the session and its virtual machine."""
        self._stack.close()

    def _share(self) -> float:
        tracker = self.spark.sparkContext.statusTracker()
        stages = [tracker.getStageInfo(one) for one in tracker.getActiveStageIds()]
        shares = [one.numCompletedTasks / one.numTasks for one in stages if one is not None and one.numTasks]
        return max(shares, default=0.0)


def _answer(question: Callable[[], Any], answers: list[Any], troubles: list[Exception]) -> None:
    """Ask on a thread of its own, so that progress and interrupts are heard meanwhile."""
    try:
        answers.append(question())
    except Exception as error:  # noqa: BLE001 - the thread that waits raises it
        troubles.append(error)


def _function(answer: Callable[[pa.Array], pa.Array]) -> Callable[[pa.Array], pa.Array]:
    def judged(values: pa.Array) -> pa.Array:
        return answer(values)

    return judged


def start(context: Context, *, memory: str | None = None, temp: Path | None = None) -> SparkEngine:
    """Return the engine, started.

    Args:
        context: what rules refer to.
        memory: what the driver, and on a cluster each executor, may hold, such as `1GB`; Spark's default else.
        temp: folder that it may spill to.

    Raises:
        EngineError: Spark does not start.
    """
    size = f"{memory.lower().removesuffix('b').removesuffix('i')}" if memory else None
    settings = {"spark.driver.memory": size, "spark.executor.memory": size} if size else {}
    return SparkEngine(context, settings, temp)
