"""Where the links of an archive lead, followed through the archive's own links, never on a file system."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence

from release_tools.distributions import Member
from release_tools.distributions.faults import shown

LONGEST = 500  # parts of a path to follow for one link
MOST = 200_000  # the same for all links of an archive


def wrong(members: Sequence[Member]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with links, the name of each, and what it concerns: they stay below the folder at the top."""
    links = {member.name.rstrip("/"): member.link for member in members if member.kind == "link"}
    for folder, name in below(links, (member.name for member in members)):
        yield "a member stands below a link", name, f" below {shown(folder)}"
    files: set[str] = set()
    left = MOST
    for member in members:
        if member.kind == "hardlink" and member.link not in files:
            yield "a hard link leads to no file before it", member.name, f" to {shown(member.link)}"
        if member.kind == "link":
            steps = _steps(member.name, links, min(left, LONGEST))
            left -= steps or LONGEST
            if not steps:
                yield "a link leads out of the archive or nowhere", member.name, f" to {shown(member.link)}"
        if member.kind in ("file", "hardlink"):
            files.add(member.name)


def below(paths: Iterable[str], names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each path that is a folder of a name, and one such name."""
    # With the smallest character for the slash, what is below a path follows right after it.
    ordered = sorted(name.replace("/", "\0") for name in names)
    for path in paths:
        prefix = path.replace("/", "\0") + "\0"
        at = bisect(ordered, prefix)
        if at < len(ordered) and ordered[at].startswith(prefix):
            yield path, ordered[at].replace("\0", "/")


def _steps(name: str, links: dict[str, str], most: int) -> int:
    """Return how many parts of paths lead to the end of a link, 0 where it leaves the top folder or does not end."""
    top = name.partition("/")[0]
    here: list[str] = []
    ahead = name.split("/")[::-1]
    taken = 0
    while ahead and taken < most:
        taken += 1
        part = ahead.pop()
        if part == "..":
            here = here[:-1]
        elif part not in ("", "."):
            here.append(part)
            target = links.get("/".join(here))
            if target is not None:
                here.pop()
                if not _is_relative(target):
                    return 0
                ahead.extend(target.split("/")[::-1])
        if here[:1] != [top]:
            return 0
    return 0 if ahead else taken


def _is_relative(target: str) -> bool:
    return bool(target) and "\\" not in target and not target.startswith("/") and target[1:2] != ":"
