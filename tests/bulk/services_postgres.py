"""A PostgreSQL server of the tests' own: started by an unprivileged user, on a free port, gone at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGQUIT
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pyarrow as pa
import pytest
from bulk.services_process import started

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIRED = "CONFORMANCE_ENGINES"  # set to `all`, a missing engine is a failure and no reason to skip
WORD = "s3cret word"
DATABASE = "district"


@dataclass(frozen=True)
class Server:
    """One running server.

    Attributes:
        owner: connection string of the superuser, for loading.
        reader: URL of a user who may only read what was granted, without table.
    """

    port: int
    owner: str
    reader: str

    def source(self, table: str, *, user: str = "reader", database: str = DATABASE) -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}?table={quote(table)}"

    def load(self, name: str, table: pa.Table) -> None:
        """Make a table of texts, and of bytes where the columns are binary."""
        kinds = ["bytea" if pa.types.is_binary(one.type) else "text" for one in table.schema]
        columns = ", ".join(f'"{one.name}" {kind}' for one, kind in zip(table.schema, kinds, strict=True))
        with psycopg.connect(self.owner, autocommit=True) as link:
            link.execute(f"create table {name} ({columns})".encode())
            with link.cursor() as cursor, cursor.copy(f"copy {name} from stdin".encode()) as copy:
                for row in zip(*(one.to_pylist() for one in table.columns), strict=True):
                    copy.write_row(row)

    def run(self, *statements: str) -> None:
        """Run statements as the owner."""
        with psycopg.connect(self.owner, autocommit=True) as link:
            for one in statements:
                link.execute(one.encode())


def programs() -> Path | None:
    """The folder of the newest server that is installed; its programs are seldom in the PATH."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    newest = sorted(found, key=lambda one: int(one.parent.name))
    return newest[-1] if newest else Path(on_path).parent if on_path else None


def absent(reason: str) -> None:
    """Skip, or fail where every engine is demanded."""
    if os.environ.get(REQUIRED) == "all":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def postgres() -> Iterator[Server]:
    """A server with a database, a superuser and a reader; its default collation is not that of code points."""
    folder = programs()
    if folder is None:
        absent("PostgreSQL is not installed (package postgresql)")
        raise AssertionError
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.getuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    init = INIT + (ICU if int(folder.parent.name.partition(".")[0]) >= ICU_SINCE else ())
    port = free_port()
    data = home / "data"
    secret = home / "word"
    secret.write_text(WORD + "\n")
    secret.chmod(0o644)
    _run(folder / "initdb", "-D", data, "-U", "owner", "-A", "scram-sha-256", f"--pwfile={secret}", *init, cwd=home)
    words = ("-D", data, "-h", "127.0.0.1", "-p", port, "-k", home, *QUICK)
    with started([*map(str, (folder / "postgres", *words))], SIGQUIT, _drop(), cwd=home, env=_environment()) as server:
        server.wait("database system is ready to accept connections")
        owner = f"host=127.0.0.1 port={port} user=owner password='{WORD}' dbname="
        _prepare(owner)
        yield Server(port, owner + DATABASE, f"postgresql://reader@127.0.0.1:{port}/{DATABASE}")
    shutil.rmtree(home)


INIT = ("-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
ICU, ICU_SINCE = ("--locale-provider=icu", "--icu-locale=zh"), 15
OFF = ("fsync", "full_page_writes", "synchronous_commit")
QUICK = ("-c", "shared_buffers=64MB", *(word for one in OFF for word in ("-c", f"{one}=off")))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _drop() -> tuple[str, ...]:
    """As somebody who is not root, which the server refuses."""
    return ("--reuid=postgres", "--regid=postgres", "--clear-groups") if os.getuid() == 0 else ()


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C"}


def _run(*words: str | Path, cwd: Path) -> None:
    bound = ["setpriv", *_drop()] if _drop() else []
    done = subprocess.run(
        [*bound, *map(str, words)], cwd=cwd, env=_environment(), check=False, capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def _prepare(owner: str) -> None:
    with psycopg.connect(owner + "postgres", autocommit=True) as link:
        link.execute(f"create database {DATABASE}")
    with psycopg.connect(owner + DATABASE, autocommit=True) as link:
        link.execute(f"create role reader login password '{WORD}'")
        link.execute("create schema base")
        link.execute("grant usage on schema base to reader")
        link.execute("alter default privileges in schema base grant select on tables to reader")
