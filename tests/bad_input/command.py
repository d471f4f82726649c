"""The command, started quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bad_input.bench import environment
from bad_input.quick import Done, Quick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


@pytest.fixture(scope="session")
def quick() -> Iterator[Quick]:
    with Quick(environment()) as made:
        yield made


@pytest.fixture
def cli(quick: Quick, tmp_path: Path) -> Callable[..., Done]:
    """The command, started in an empty folder."""

    def run(*args: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Done:
        return quick.run([*map(str, args)], cwd or tmp_path, env or {})

    return run
