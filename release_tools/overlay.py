"""The trial version of a commit that has no tag: `.devN` behind the version to come, N being the commit's own time.

It is put over what the project declares in the clone that is built, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from packaging.version import Version

from release_tools import increments
from release_tools.errors import Refused
from release_tools.model import Declaration, Source, Target

TRIAL = "testpypi"
USUAL = ("main", "master")
BRANCH = "refs/heads/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A place in a file of the project, relative to its root, where the trial version stands in for another text."""

    file: str
    line: int
    old: str
    new: str

    def applied(self, text: str) -> str:
        """Return the text of the file with the version replaced; raises Refused where it does not stand there."""
        lines = text.split("\n")  # a form feed, say, ends no line
        if not 0 < self.line <= len(lines) or (place := self._place(lines[self.line - 1])) is None:
            raise _unplaced(self.file, self.line)
        line = lines[self.line - 1]
        lines[self.line - 1] = f"{line[: place.start()]}{self.new}{line[place.end() :]}"
        return "\n".join(lines)

    def _place(self, line: str) -> re.Match[str] | None:
        """Return where the version stands in its line: in quotes, else as a word of its own, else anywhere."""
        old = re.escape(self.old)
        forms = (f"(?<=[\"']){old}(?=[\"'])", f"(?<![\\w.+-]){old}(?![\\w.+-])", old)
        return next(filter(None, (re.search(form, line) for form in forms)), None)


def is_trial(target: Target, *, tagged: bool) -> bool:
    """Whether a target takes a commit without a tag, as a trial."""
    return target.name == TRIAL and not tagged


def is_of_trial(version: Version, released: Collection[Version]) -> bool:
    """Whether a version is that of a trial: one of development, for which there is no tag."""
    return version.dev is not None and version not in released


def version(planned: Version, released: Collection[Version], commit_time: int) -> Version:
    """Return the trial version of a commit: of the version to come, which is none that was released before."""
    coming = increments.following(planned)[0] if planned in released else planned
    return Version(f"{re.sub(r'[.]dev[0-9]+$', '', coming.public)}.dev{commit_time}")


def replacements(declarations: Iterable[Declaration], trial: Version) -> tuple[Replacement, ...]:
    """Return what is to be replaced so that every declaration tells the trial version."""
    found = []
    for each in declarations:
        if each.where.line is None:
            raise _unplaced(each.where.file, 0)
        found.append(Replacement(file=each.where.file, line=each.where.line, old=each.raw, new=str(trial)))
    return tuple(dict.fromkeys(found))


def is_on_default_branch(source: Source, environment: Mapping[str, str]) -> bool:
    """Whether the commit is built on the branch that releases come from; a CI service may name it by its ref."""
    ref = environment.get("GITHUB_REF", "")
    branch = source.branch or (ref.removeprefix(BRANCH) if ref.startswith(BRANCH) else None)
    return branch == source.default_branch if source.default_branch else branch in USUAL


def _unplaced(file: str, line: int) -> Refused:
    where = f"{file}:{line}" if line else file
    return Refused(
        f"the trial version cannot be put into {where}: no version stands there as plain text",
        state="nothing was built",
        fix=f"declare the version as plain text, or tag a pre-release and try that on {TRIAL}",
    )
