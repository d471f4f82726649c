"""A third party's server of OGC API Features: pygeoapi from its Python package, in an environment of its own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = "0.21.0"
REQUIRED = "CONFORMANCE_ENGINES"  # set to `all`, what cannot be installed is a failure and no reason to skip
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CGCS2000 = "http://www.opengis.net/def/crs/EPSG/0/4490"
BOX = [106.4, 29.4, 106.7, 29.7]
PATIENCE = 120  # seconds after which the server counts as failed
# pygeoapi without its raster formats: what it needs to serve features
PACKAGES = (
    f"pygeoapi=={VERSION}",
    *("annotated-types", "attrs", "babel", "blinker", "certifi", "charset-normalizer", "click", "dateparser"),
    *("filelock", "flask", "greenlet", "idna", "itsdangerous", "jinja2", "jsonschema", "jsonschema-specifications"),
    *("lark", "markupsafe", "numpy", "pydantic", "pydantic-core", "pygeofilter", "pygeoif", "pyparsing", "pyproj"),
    *("python-dateutil", "pytz", "pyyaml", "referencing", "regex", "requests", "rpds-py", "shapely", "six"),
    *("sqlalchemy", "tinydb", "typing-extensions", "typing-inspection", "tzlocal", "urllib3", "werkzeug"),
)
_NOBODY = (
    *("name", "position", "address", "city", "stateorprovince", "postalcode", "country", "phone", "fax", "hours"),
    *("instructions", "role"),
)


def environment(folder: Path) -> Path:
    """The command of pygeoapi; installed where it is not, the test skipped where it cannot be."""
    command = folder / "bin" / "pygeoapi"
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "-q", "--no-deps"]
        done = subprocess.run([*pip, "--retries", "1", *PACKAGES], capture_output=True, text=True, check=False)
        if done.returncode:
            command.unlink(missing_ok=True)
            reason = f"pygeoapi {VERSION} cannot be installed: {done.stderr.strip()[-200:]}"
            (pytest.fail if os.environ.get(REQUIRED) == "all" else pytest.skip)(reason)
    return command


@contextlib.contextmanager
def served(command: Path, folder: Path, collections: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The address of a server of collections (name to GeoJSON, with its extents), for the length of a `with` block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    config = folder / "pygeoapi.json"
    told = json.dumps(_config(folder, url, port, collections))
    config.write_text(re.sub(r'"(\d{4}-\d\d-\d\dT[0-9:]+Z)"', r"\1", told), "utf-8")  # YAML knows times without quotes
    env = {**os.environ, "PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(folder / "openapi.yml")}
    subprocess.run(
        [command, "openapi", "generate", config, "--output-file", folder / "openapi.yml"],
        env=env,
        check=True,
        capture_output=True,
    )
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen([command, "serve"], env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait(process, url)
            yield url
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # it starts a process of its own that serves
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(httpx2.HTTPError), httpx2.Client(timeout=5) as client:
            client.get(f"{url}/conformance?f=json")
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
    pytest.fail("pygeoapi did not start")


def _config(folder: Path, url: str, port: int, collections: dict[str, dict[str, Any]]) -> dict[str, Any]:
    nobody = dict.fromkeys(_NOBODY, "none")
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": 10, "max_items": 1000},
            "map": {"url": "https://tile.example/{z}/{x}/{y}.png", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "layers",
                "description": "layers",
                "keywords": ["layers"],
                "keywords_type": "theme",
                "terms_of_service": "none",
                "url": url,
            },
            "license": {"name": "none", "url": url},
            "provider": {"name": "nobody", "url": url},
            "contact": {**nobody, "email": "nobody@example.org", "url": url},
        },
        "resources": {name: _resource(folder, name, one) for name, one in collections.items()},
    }


def _resource(folder: Path, name: str, one: dict[str, Any]) -> dict[str, Any]:
    data = folder / f"{name}.geojson"
    data.write_text(json.dumps({"type": "FeatureCollection", "features": one["features"]}), "utf-8")
    return {
        "type": "collection",
        "title": name,
        "description": name,
        "keywords": [name],
        "links": [],
        "extents": {"spatial": {"bbox": BOX, "crs": CRS84}, **one.get("extents", {})},
        "providers": [
            {
                "type": "feature",
                "name": "GeoJSON",
                "data": str(data),
                "id_field": "id",
                "crs": [CRS84, CGCS2000],
                "storage_crs": CRS84,
            }
        ],
    }
