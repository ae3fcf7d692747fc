"""Plants each defect in five public projects and counts how often `validate` finds it, and nothing else.

    python -m tests.wild.plant CLONES [--only WORDS] [--every]

CLONES is a folder with clones of the projects in `subjects.toml`, as `OWNER+NAME/repo`, `OWNER+NAME`, `OWNER/NAME` or
`NAME`; nothing is written there. A project without a clone is left out. `--only` plants the defects whose name holds
these words, `--every` plants them in all projects that suit and not in five alone.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from tests.wild import clones, subjects
from tests.wild.clones import Judged, Repository
from tests.wild.defect import Defect
from tests.wild.defects import DEFECTS
from tests.wild.subjects import Subject

EACH = 5
Validate: TypeAlias = Callable[..., Judged]
Maker: TypeAlias = Callable[[Subject, Path], Repository]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one defect in one project: whether it was found, and what else was said."""

    defect: Defect
    subject: Subject
    found: bool
    extra: tuple[str, ...]
    said: str

    @property
    def right(self) -> bool:
        """Whether it was found, and nothing else."""
        return self.found and not self.extra


def chosen(defect: Defect, among: Sequence[Subject], most: int | None = EACH) -> tuple[Subject, ...]:
    """Return the subjects of a defect: those that suit, beginning elsewhere for each defect."""
    suitable = [subject for subject in among if defect.suits(subject)]
    at = sum(defect.name.encode()) % len(suitable) if suitable else 0
    return tuple([*suitable[at:], *suitable[:at]][:most])


def planted(repository: Repository, defect: Defect) -> Path:
    """Plant a defect and return the folder to judge."""
    subject, root = repository.subject, repository.root
    if defect.edit:
        changes = defect.edit(subject, lambda file: (root / file).read_text(encoding="utf-8-sig"))
        for file, content in changes.items():
            _write(root / file, content)
    if not defect.keep:
        repository.git("tag", "--delete", *repository.git("tag", "--points-at", "HEAD").split())
    repository.commit()
    repository.tag(defect.tag_name(subject))
    return defect.history(repository) if defect.history else root


def _write(path: Path, content: str | bytes | None) -> None:
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)


Known: TypeAlias = dict[tuple[str, tuple[str, ...], bool], Judged]


def tried(
    defect: Defect, subject: Subject, make: Maker, validate: Validate, folder: Path, known: Known | None = None
) -> Outcome:
    """Plant a defect in a new repository of a subject and compare what is said before and after.

    `known` keeps what is said of healthy releases, so that each is judged once for each way of asking.
    """
    repository = make(subject, folder / "project")
    asked, healthy = arguments(defect, subject.tag), {} if known is None else known
    key = (subject.name, asked, defect.online)
    if key not in healthy:
        healthy[key] = validate(repository.root, *asked, online=defect.online)
    root = planted(repository, defect)
    after = validate(root, *arguments(defect, defect.tag_name(subject)), online=defect.online)
    return compared(defect, subject, healthy[key], after)


def arguments(defect: Defect, tag: str) -> tuple[str, ...]:
    """Return the arguments with which a defect is judged."""
    return (*(("--tag", tag) if defect.asked else ()), *defect.arguments)


def compared(defect: Defect, subject: Subject, before: Judged, after: Judged) -> Outcome:
    """Tell whether the one expected finding is new, and what else is."""
    version = defect.version.format(**subject.names())
    known = {_key(finding, subject.version) for finding in before.findings}
    new = [finding for finding in after.findings if _key(finding, version) not in known]
    expected = [finding for finding in new if _is_expected(defect, subject, finding)][:1]
    told = bool(expected) if defect.check else _holds(after.error, defect.words, subject)
    found = told and after.exit_code == defect.exit_code and not before.error
    said = [_told(finding) for finding in new] + [f"error: {after.error}"] * bool(after.error)
    extra = [_told(finding) for finding in new if finding not in expected]
    extra += [f"error: {after.error}"] * (bool(after.error) and (bool(defect.check) or defect.healthy))
    return Outcome(
        defect=defect,
        subject=subject,
        found=found,
        extra=tuple(extra),
        said=f"exit {after.exit_code}; {'; '.join(said) or 'nothing'}"
        + f" (before: {before.error})" * bool(before.error),
    )


def _key(finding: Mapping[str, Any], version: str) -> tuple[str, str, str]:
    return finding["check"], finding["severity"], _plain(finding["message"]).replace(_plain(version), "V")


def _is_expected(defect: Defect, subject: Subject, finding: Mapping[str, Any]) -> bool:
    right = finding["check"] == defect.check and finding["severity"] == defect.severity
    place = defect.at.format(**subject.names())
    return right and finding["file"] == (place or finding["file"]) and _holds(finding["message"], defect.words, subject)


def _holds(text: str, words: Sequence[str], subject: Subject) -> bool:
    wanted = (_plain(word.format(**subject.names())).split("|") for word in words)
    return all(any(word in _plain(text) for word in choice) for choice in wanted)


def _plain(text: str) -> str:
    """Return a text in lower case, with numbers as 2026.8.17 where some write 2026.08.17."""
    return re.sub(r"(?<=\.)0+(?=\d)", "", text.lower())


def _told(finding: Mapping[str, Any]) -> str:
    return (
        f"{finding['severity']} {finding['check']} {finding['file'] or ''}:{finding['line'] or ''} {finding['message']}"
    )


def outcomes(folder: Path, only: str, most: int | None) -> Iterator[Outcome]:
    """Plant the defects in the projects whose clones are at hand."""
    sources = {subject: clones.mirrored(folder, subject.name) for subject in subjects.load("subjects.toml")}
    at_hand = {subject: source for subject, source in sources.items() if source}

    def make(subject: Subject, root: Path) -> Repository:
        return clones.clone(at_hand[subject], subject, root)

    known: Known = {}
    for defect in DEFECTS:
        for subject in chosen(defect, tuple(at_hand), most) if only in defect.name else ():
            with TemporaryDirectory(prefix="planted-") as place:
                yield tried(defect, subject, make, clones.validate, Path(place), known)


def main() -> None:
    """Plant, tell each miss as it comes, and the figures at the end."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("clones", type=Path)
    parser.add_argument("--only", default="", metavar="WORDS")
    parser.add_argument("--every", action="store_true")
    given = parser.parse_args()
    every: list[Outcome] = []
    each = outcomes(given.clones.absolute(), given.only, None if given.every else EACH)
    for name, group in groupby(each, key=lambda outcome: outcome.defect.name):
        found = [*group]
        every += found
        _say(f"{_right(found):3}/{len(found)}  {name}")
        for outcome in found:
            if not outcome.right:
                fault = "also said" if outcome.found else "missed"
                _say(f"       {fault}: {outcome.subject.name} {outcome.subject.tag}: {outcome.said}")
    _say(f"{_right(every)}/{len(every)} right; in {sum(bool(one.extra) for one in every)} more was said than expected")
    sys.exit(_right(every) < len(every))


def _right(found: Sequence[Outcome]) -> int:
    return sum(outcome.right for outcome in found)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
