"""What the build backend tells of the version, for where reading the source is not enough. Facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from release_tools.adapters.git import Git
from release_tools.errors import Refused, ReleaseError, ServiceFailed, UsageError
from release_tools.facts.project import MARKERS
from release_tools.model import Declaration, Location, Project, Source, Tag
from release_tools.options import Options
from release_tools.versions import Reading
from release_tools.versions.reading import LONGEST, parse_version

KIND = "backend"
SHOWN = 500


def seen_tag(named_tag: Tag | None, head_tags: tuple[Tag, ...], history: tuple[Tag, ...]) -> Tag | None:
    """Return the one tag that the backend gets to see: the one in question, else the newest that came before."""
    return named_tag or next(iter(head_tags), None) or max(history, key=lambda tag: tag.version, default=None)


def told(
    project: Project, source: Source, top: Path, dist: Path, seen_tag: Tag | None, environment: Mapping[str, str],
    options: Options, say: Callable[[str], None], redact: Callable[[str], str],
) -> Reading:  # fmt: skip
    """Return the version of the commit as the build backend tells it, or why it does not."""
    from release_tools.adapters import asked_version, backend, build_site, isolation

    order = build_site.Order(
        repository=Git(top),
        package=project.root.resolve().relative_to(top.resolve()),
        commit=source.commit,
        commit_time=source.commit_time,
        tag=(seen_tag.name, seen_tag.object_id) if seen_tag else None,
        environment=isolation.environment(environment, offline=options.offline),
        cwd=project.root,
        limit=backend.limit(environment, asked_version.LIMIT),
    )
    say(f"asking {project.backend} for the version, which the source does not state in a way that can be read")
    try:
        version = asked_version.ask(order, dist)
    except (Refused, ServiceFailed, UsageError) as error:
        asked = "was asked, the installer without an index (--offline)" if options.offline else "was asked"
        return Reading(unreadable=f"the build backend {asked}: {_brief(error, redact)}")
    return _reading(project, redact(version), tagged=seen_tag is not None and seen_tag.commit == source.commit)


def _reading(project: Project, raw: str, *, tagged: bool) -> Reading:
    version = parse_version(raw)
    if version and version.local and not tagged:
        # Counted on from an earlier tag; nobody writes that down, and at the next tag it will be another one.
        return Reading(from_tag=project.backend)
    where = Location(file=next(marker for marker in MARKERS if (project.root / marker).is_file()))
    # One character more than a version may have, so that a longer one stays none.
    return Reading(declarations=(Declaration(raw=raw[: LONGEST + 1], version=version, kind=KIND, where=where),))


def _brief(error: ReleaseError, redact: Callable[[str], str]) -> str:
    """Return what failed, and the last line of what that said."""
    what, *said = re.split(r":\s", redact(error.what).strip(), maxsplit=1)
    last = "".join(said).strip().rpartition("\n")[2].strip()
    return ": ".join(filter(None, (what[:SHOWN], last[-SHOWN:])))
