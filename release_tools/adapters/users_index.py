"""The package index that the user's installer asks: as variables and files say, else as the installer itself tells."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from release_tools import toml
from release_tools.adapters import isolation, process, web
from release_tools.errors import ServiceFailed
from release_tools.text import without_secrets

OF_UV = ("UV_DEFAULT_INDEX", "UV_INDEX_URL")
FORBIDDING = ("PIP_NO_INDEX", "UV_NO_INDEX", "UV_OFFLINE")
YES = frozenset({"1", "on", "t", "true", "y", "yes"})
LIMIT = 15.0
# The help of `install` names the index that would be asked; that of pip, after all its files and variables.
_BY_UV = re.compile(rb"\(by\s+default:\s+<(\S+?)>\)")
_BY_PIP = re.compile(rb"--index-url <url>[^(]*\(default (\S+)\)")


def forbidden(environment: Mapping[str, str]) -> str | None:
    """Return the variable by which the user keeps installers from any index, None where there is none."""
    return next((name for name in FORBIDDING if environment.get(name, "").lower() in YES), None)


def address(environment: Mapping[str, str], cwd: Path) -> str:
    """Return the address of the simple index, without credentials; raises ServiceFailed or UsageError."""
    uv = isolation.find_uv(environment)
    variables = (environment.get(name) for name in OF_UV)
    files = _in_files_of_uv(environment, cwd) if uv else iter(())
    stated = next(filter(None, (*variables, *files, environment.get("PIP_INDEX_URL"))), None)
    return f"{web.bare(stated or told(uv, environment, cwd)).rstrip('/')}/"


def _in_files_of_uv(environment: Mapping[str, str], cwd: Path) -> Iterator[str]:
    """Yield the index that each of uv's files names: the project's, the user's, the system's."""
    if environment.get("UV_NO_CONFIG", "").lower() in YES:
        return
    for path in _files_of_uv(environment, cwd):
        try:
            document = toml.parse(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        yield from _in_table(document.get("tool", {}).get("uv", {}) if path.name == "pyproject.toml" else document)


def _files_of_uv(environment: Mapping[str, str], cwd: Path) -> list[Path]:
    if named := environment.get("UV_CONFIG_FILE"):
        return [cwd / named]
    home = environment.get("XDG_CONFIG_HOME") or environment.get("APPDATA") or Path("~/.config").expanduser()
    return [cwd / "uv.toml", cwd / "pyproject.toml", Path(home, "uv/uv.toml"), Path("/etc/uv/uv.toml")]


def _in_table(table: Any) -> Iterator[str]:  # noqa: ANN401 - foreign data
    rows = table.get("index") if isinstance(table, Mapping) else None
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping) and row.get("default") is True and isinstance(row.get("url"), str):
            yield row["url"]
    if isinstance(table, Mapping) and isinstance(table.get("index-url"), str):
        yield table["index-url"]


def told(uv: str | None, environment: Mapping[str, str], cwd: Path) -> str:
    """Return the index that the installer names in its help."""
    argv = (uv, "pip") if uv else _pip()
    # Wide enough that no address is broken into two lines.
    given = {**without_secrets(environment), "COLUMNS": "4000"}
    done = process.run((*argv, "install", "--help"), cwd=cwd, env=given, timeout=LIMIT)
    found = (_BY_UV if uv else _BY_PIP).search(done.out)
    if found is None:
        raise ServiceFailed(
            f"{'uv' if uv else 'pip'} does not tell which index it asks",
            state="nothing was asked",
            fix="set UV_DEFAULT_INDEX or PIP_INDEX_URL to the address of your index",
        )
    return os.fsdecode(found[1])


def _pip() -> tuple[str, ...]:
    """Return the pip beside us, else the one that comes with Python."""
    own = ("-m", "pip") if isolation.has_pip() else (str(isolation.bundled_pip() / "pip"),)
    return sys.executable, "-I", *own
