"""Write the hash-locked lists: `python tests/locks/write.py`, with uv on PATH; `--upgrade` writes every one anew.

What a list is made from stands in its first line, so that a test can tell without a network whether it is current.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PACKAGE = "nox-release-tools"
LEAN = ("packaging", "tomli")
# What judges pyproject.toml.
JUDGES = ("fastjsonschema", "trove-classifiers", "validate-pyproject")
# Each session of the chain: the requirements of the package that it needs, by name, and the extras.
SESSIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "validate": (("build", "docutils", "keepachangelog", "markdown-it-py", *JUDGES, *LEAN), ()),
    "preflight": (LEAN, ("preflight",)),
    "preflight-rehearsal": (LEAN, ()),
    "build": (("build", "trove-classifiers", *LEAN), ("build",)),
    "checksums": (LEAN, ()),
    "draft": (("docutils", "markdown-it-py", *LEAN), ()),
    "attest": (LEAN, ("attest",)),
    "attest-rehearsal": (LEAN, ()),
    "publish": (LEAN, ("publish",)),
    "publish-rehearsal": (LEAN, ("publish", "rehearsal")),
    "announce": (LEAN, ()),
    "verify": (LEAN, ("verify",)),
    "verify-rehearsal": (LEAN, ("rehearsal",)),
    "release": (("rich", *LEAN), ()),
    "status": (("docutils", "markdown-it-py", "rich", *LEAN), ("verify",)),
    "secrets": (LEAN, ()),
}
GROUPS = ("tests", "lint", "types", "audit")
SDISTS = "sdists"  # wanted for what they hold, so without what they depend on


def lists() -> Iterator[tuple[Path, list[str]]]:
    """Yield each list with the requirements that it is made from."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = document["project"]
    for session, (names, extras) in SESSIONS.items():
        chosen = [line for line in project["dependencies"] if _name(line) in names]
        yield ROOT / f"release_tools/locks/{session}.txt", chosen + _extras(project, extras)
    for group in GROUPS:
        yield ROOT / f"tests/locks/{group}.txt", _group(document, group)
    for name in ("backends", "servers", SDISTS):
        yield ROOT / f"tests/locks/{name}.txt", _lines(ROOT / f"tests/locks/{name}.in")
    yield ROOT / ".github/nox.txt", list(project["optional-dependencies"]["sessions"])


def header(requirements: list[str]) -> str:
    """Return the first line of a list."""
    return f"# from: {' | '.join(sorted(requirements))}\n"


def _group(document: dict[str, Any], group: str) -> list[str]:
    own = document["dependency-groups"][group]
    if group != "tests":
        return list(own)
    project = document["project"]
    return [
        *own,
        *project["dependencies"],
        *_extras(project, ("preflight", "build", "publish", "rehearsal", "sessions")),
    ]


def _extras(project: dict[str, Any], extras: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(line for extra in extras for line in project["optional-dependencies"][extra]))


def _lines(path: Path) -> list[str]:
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def _name(requirement: str) -> str:
    for position, character in enumerate(requirement):
        if not (character.isalnum() or character in "-_."):
            return requirement[:position]
    return requirement


def compiled(requirements: list[str], *more: str) -> str:
    """Return the hash-locked list of some requirements, for every supported Python."""
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version=3.10", "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", *more, "-"]
    done = subprocess.run(command, input="\n".join(requirements), text=True, capture_output=True, check=True)
    return done.stdout


def main() -> None:
    """Write the lists that are not current, or all."""
    done: dict[str, str] = {}
    for path, requirements in lists():
        head = header(requirements)
        if "--upgrade" not in sys.argv and path.exists() and path.read_text(encoding="utf-8").startswith(head):
            continue
        if head not in done:
            done[head] = head + compiled(requirements, *(("--no-deps",) if path.stem == SDISTS else ()))
        path.write_text(done[head], encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
