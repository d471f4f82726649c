"""What errors of Spark mean to the person who asked: the file that cannot be read, or why the engine gave up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from conformance.bulk.values import EngineError, SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONDITION = re.compile(r"\[([A-Z][A-Z0-9_]+(?:\.[A-Z0-9_]+)*)\] ([^\n]*)")
_FILE = re.compile(r"\b(?:file|hdfs|s3a?|abfss?|gs|oss|obs):/[^\s,'\"]*[^\s,'\".]")
_PYTHON = re.compile(r"^(\w*(?:Error|Exception)): ([^\n]*)", re.MULTILINE)
_SOURCES: Mapping[str, Text] = {
    "PATH_NOT_FOUND": Text("路径不存在", "there is no such path"),
    "UNABLE_TO_INFER_SCHEMA": Text("没有可读的文件", "there is no file to read"),
    "CANNOT_MERGE_SCHEMAS": Text("各文件同名列的类型不一致", "files disagree on the type of a column"),
    "MALFORMED_RECORD_IN_PARSING": Text("有无法解析的记录", "a record cannot be parsed"),
    "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER": Text(
        "不是完整的Parquet文件（文件尾无法读取）", "this is no whole Parquet file: its footer cannot be read"
    ),
    "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH": Text(
        "列的类型与其他文件不一致", "the type of a column is not that of the other files"
    ),
    "FAILED_READ_FILE": Text("文件已损坏，或有无法解析的记录", "the file is damaged, or a record cannot be parsed"),
    "PARQUET_TYPE_ILLEGAL": Text("有Spark不能读取的列类型", "a column has a type that Spark cannot read"),
}
_ENGINE: Mapping[str, Text] = {
    "No space left on device": Text("磁盘已满，无法存放临时数据", "the disk is full, temporary data cannot be kept"),
    "OutOfMemoryError": Text(
        "内存不足：请提高spark.driver.memory或spark.executor.memory",
        "out of memory: raise spark.driver.memory or spark.executor.memory",
    ),
    "All masters are unresponsive": Text("集群主节点无响应", "the master of the cluster does not answer"),
    "Connection refused": Text("集群或存储拒绝连接", "the cluster or the storage refuses the connection"),
}


def explained(source: str, words: str) -> SourceError | EngineError:
    """Return what a failure means; values of rows are never repeated.

    Args:
        source: as the user named it.
        words: everything that Spark says of the failure.
    """
    conditions = [one[1] for one in _CONDITION.finditer(words)]
    for condition in conditions:
        meaning = _SOURCES.get(condition) or _SOURCES.get(condition.partition(".")[0])
        if meaning is not None:
            return _unreadable(source, words, meaning, condition)
    for sign, meaning in _ENGINE.items():
        if sign in words:
            return EngineError(Text(f"Spark中止：{meaning.zh}", f"Spark gave up: {meaning.en}"))
    return _gave_up(words)


def _unreadable(source: str, words: str, meaning: Text, condition: str) -> SourceError:
    found = _FILE.search(words)
    place = unquote(re.sub("^file:/+", "/", found[0])) if found else source
    return SourceError(Text(f"{place}：{meaning.zh}（{condition}）", f"{place}: {meaning.en} ({condition})"))


def _gave_up(words: str) -> EngineError:
    python = _PYTHON.findall(words)
    if python:
        kind, said = python[-1]
        hint_zh, hint_en = "", ""
        if kind == "ModuleNotFoundError":
            hint_zh = "（工作节点的Python须装有numpy、pyarrow，判断几何时还须shapely；以PYSPARK_PYTHON指明）"
            hint_en = (
                " (the Python of the workers needs numpy, pyarrow, for geometries shapely; PYSPARK_PYTHON names it)"
            )
        return EngineError(
            Text(f"Spark工作节点出错：{kind}：{said}{hint_zh}", f"a worker of Spark failed: {kind}: {said}{hint_en}")
        )
    condition = _CONDITION.search(words)
    said = condition[0] if condition else words.strip().partition("\n")[0]
    return EngineError(Text(f"Spark中止：{said}", f"Spark gave up: {said}"))
