"""The release on GitHub: whether one belongs to a target, and whether it holds the very files of the index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from release_tools.config import Config, TargetTable
from release_tools.dist_folder import SUMS
from release_tools.errors import Conflict, Refused
from release_tools.ledger import Ledger
from release_tools.model import Distribution, Target

if TYPE_CHECKING:
    # A rehearsal asks whether one belongs to it, and never opens this door.
    from release_tools.adapters.github import GitHub
    from release_tools.adapters.github_rows import GitHubRelease

Digests = Mapping[str, str]
STATE = "the files on the index were compared, installed and run; nothing was changed"


def belongs(target: Target, config: Config) -> bool:
    """Whether a release on GitHub belongs to a target; the project needs a repository there too."""
    table = config.targets.get(target.name, TargetTable())
    return target.name == "pypi" if table.github is None else table.github


def files(distributions: Iterable[Distribution], ledger: Ledger) -> dict[str, str]:
    """Return the SHA-256 of what a release should hold: the distributions and, where it was written, their list."""
    found = {each.filename: each.sha256 for each in distributions}
    return found | {name: sha256 for name, sha256 in ledger.files.items() if name == SUMS}


def missing(page: GitHubRelease, files: Digests) -> list[str]:
    """Return the files that the release does not hold."""
    return [name for name in files if name not in page.assets]


def other(page: GitHubRelease, files: Digests) -> list[str]:
    """Return the files of which the release tells another digest."""
    return [name for name in files if name in page.assets and page.assets[name].sha256 not in (None, files[name])]


def require_same(github: GitHub, tag: str, files: Digests, *, announced: bool) -> str:
    """Download the files from the release and return what was seen; raises Conflict for other bytes.

    One that nothing here made public may lack the files, or not be there: then nothing is compared, and that is said.
    """
    where = f"the release {tag} on GitHub"
    page = github.release(tag)
    if page is None or page.draft:
        if announced:
            raise _absent(f"{where} {'is a draft' if page else 'is not there'}, though it was made public", page)
        return f"{where} is {'a draft' if page else 'not there'} yet: not compared"
    lacking = missing(page, files)
    if len(lacking) == len(files) and not announced:
        return f"{where} holds none of these files: not compared"
    if lacking:
        raise _absent(f"{where} lacks {', '.join(lacking)}", page)
    for name, sha256 in files.items():
        _require_bytes(github, page, name, sha256)
    return f"{len(files)} files of {where} equal them too"


def _require_bytes(github: GitHub, page: GitHubRelease, name: str, sha256: str) -> None:
    asset = page.assets[name]
    served = github.measured(asset)[1]
    if wrong := next((each for each in (asset.sha256, served) if each not in (None, sha256)), None):
        raise Conflict(
            f"{name} of the release {page.tag} on GitHub is another file: SHA-256 {wrong}, not {sha256}",
            state=STATE,
            fix=f"find out who changed it, then put the right file there: {page.address}",
        )


def _absent(what: str, page: GitHubRelease | None) -> Refused:
    fix = f"add what is missing, from dist/: {page.address}" if page else "make it again, with the files of dist/"
    return Refused(what, state=STATE, fix=fix)
