"""Each defect is found in our own samples, and nothing else; and the parts of the harness do what they say."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from release_tools import checks
from release_tools import options as command_line
from release_tools.__main__ import FACTS
from release_tools.adapters.clock import Clock
from release_tools.errors import ReleaseError
from release_tools.model import Finding
from release_tools.supply import Supply
from tests import samples
from tests.wild import clones, entries, plant, subjects, texts
from tests.wild.clones import Judged, Repository
from tests.wild.defect import Defect
from tests.wild.defects import DEFECTS
from tests.wild.subjects import Log, Subject

MOST = 3
SAMPLES = subjects.load("samples.toml")
CASES = [(defect, subject) for defect in DEFECTS for subject in plant.chosen(defect, SAMPLES, MOST)]
BY_NAME = {subject.name: subject for subject in SAMPLES}


def judged(root: Path, *arguments: str, online: bool = False) -> Judged:
    """Judge a folder in this process by every check of the source."""
    offline = () if online else ("--offline",)
    options = command_line.read(["validate", *arguments, "--no-build", "--json", *offline], {})
    clock = Clock()
    facts: dict[str, Any] = {"options": options, "environment": clones.NO_INDEX, "folder": root, "clock": clock}
    quiet: dict[str, Any] = {"today": clock.today(), "say": str, "redact": str, "cache": root / ".nox"}
    supply = Supply(FACTS, **facts, **quiet)
    try:
        found = tuple(checks.findings(checks.of(checks.SOURCE), supply, supply.get("config")))
    except ReleaseError as error:
        return Judged(exit_code=error.exit_code, findings=(), error=error.what)
    code = 3 if any(finding.severity == "error" for finding in found) else 0
    return Judged(exit_code=code, findings=tuple(asdict(finding) for finding in found))


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> plant.Maker:
    """Give a function that makes a repository of one of our samples, with an earlier release; each is made once."""
    made: dict[str, Path] = {}

    def copied(subject: Subject, root: Path) -> Repository:
        if subject.name not in made:
            first = samples.make(subject.name, tmp_path_factory.mktemp("samples") / subject.name, tag="v1.2.2")
            samples.git(first, "commit", "--quiet", "--allow-empty", "--message=Release it again")
            samples.git(first, "tag", "--annotate", "--message=Release it again", subject.tag)
            made[subject.name] = first
        return clones.opened(Path(shutil.copytree(made[subject.name], root, symlinks=True)), subject)

    return copied


@pytest.fixture(scope="session")
def known() -> plant.Known:
    """Give a place for what was said of the healthy samples."""
    return {}


@pytest.mark.parametrize(
    ("defect", "subject"), CASES, ids=[f"{defect.name} in {subject.name}" for defect, subject in CASES]
)
def test_found_and_nothing_else(
    defect: Defect, subject: Subject, make: plant.Maker, known: plant.Known, tmp_path: Path
) -> None:
    """The planted defect gives its own finding and no other."""
    outcome = plant.tried(defect, subject, make, judged, tmp_path, known)
    assert outcome.found, outcome.said
    assert outcome.extra == ()


@pytest.mark.parametrize("subject", SAMPLES, ids=lambda subject: subject.name)
def test_the_healthy_sample_has_no_fault(subject: Subject, make: plant.Maker, tmp_path: Path) -> None:
    """What a defect is compared with is a release without error and warning."""
    healthy = judged(make(subject, tmp_path / "project").root, "--tag", subject.tag)
    assert (healthy.exit_code, healthy.error) == (0, "")
    assert {finding["severity"] for finding in healthy.findings} <= {"note"}


def test_every_defect_suits_a_sample() -> None:
    """No defect is left to the clones alone."""
    assert [defect.name for defect in DEFECTS if not plant.chosen(defect, SAMPLES)] == []
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS)


def test_every_defect_suits_five_projects() -> None:
    """Each is planted in five public projects, of kinds that take turns."""
    among = subjects.load("subjects.toml")
    chosen = [plant.chosen(defect, among) for defect in DEFECTS]
    assert [len(each) for each in chosen] == [plant.EACH] * len(DEFECTS)
    assert len({subject.name for each in chosen for subject in each}) == len(among)


def test_the_words_name_what_is_there() -> None:
    """Each expectation names a check that exists, and each word that it needs is known."""
    known = {check.id for check in checks.of(checks.SOURCE)}
    assert {defect.check for defect in DEFECTS} <= known | {""}
    for defect in DEFECTS:
        for words in (*defect.words, defect.at):
            words.format(**SAMPLES[0].names())


LOG = Log(file="CHANGES.rst", markup="rst", heading="1.2.3 (May 4, 2026)", earlier="1.2.2", under="=", over=True)


@pytest.mark.parametrize(
    ("log", "text", "parts"),
    [
        (LOG, "T\n\n====\n1.2.3 (May 4, 2026)\n====\n\nx\n\n===\n1.2.2\n===\n\ny\n", ("T\n\n", 3, "\nx\n\n", 5)),
        (replace(LOG, over=False), "1.2.3 (May 4, 2026)\n===\nx\n1.2.2\n===\n", ("", 2, "x\n", 2)),
        (
            replace(LOG, over=False, under="", mark="## "),
            "a\n## 1.2.3 (May 4, 2026)\nx\n## 1.2.2\n",
            ("a\n", 1, "x\n", 1),
        ),
    ],
)
def test_a_changelog_is_cut_at_its_headings(log: Log, text: str, parts: tuple[str, int, str, int]) -> None:
    """The lines above and below a title belong to it, and nothing is lost."""
    cut = texts.cut(text, log)
    assert (cut.above, cut.heading.count("\n"), cut.body, cut.rest.count("\n")) == parts
    assert cut.text == text


def test_a_heading_that_is_not_there_is_refused() -> None:
    """Data that does not fit the file is an error, not a defect that nobody planted."""
    with pytest.raises(ValueError, match="has no line"):
        texts.cut("1.2.2\n===\n", replace(LOG, over=False))


@pytest.mark.parametrize(
    ("days", "written"),
    [("YYYY-MM-DD", "2026-02-30"), ("Month D, YYYY", "February 30, 2026"), ("Mon DD, YYYY", "Feb 30, 2026")],
)
def test_dates_are_written_as_the_project_does(days: str, written: str) -> None:
    """Also one that no calendar has."""
    assert subjects.spelled(days, 2026, 2, 30) == written
    assert subjects.spelled("Month D, YYYY", 2026, 7, 8) == "July 8, 2026"


def test_a_missing_date_takes_its_brackets_along() -> None:
    """The heading without a date looks as if it never had one."""
    for heading in ("1.2.3 (2026-01-10)", "1.2.3 - 2026-01-10", "1.2.3 (released 2026-01-10)", "1.2.3 <2026-01-10>"):
        subject = replace(SAMPLES[0], changelog=replace(LOG, over=False, heading=heading, date=date(2026, 1, 10)))
        without = entries.undated(subject, texts.Parts("", "", "", ""))
        assert without.heading == "1.2.3\n=====\n"


def finding(**changes: str | int | None) -> Mapping[str, Any]:
    """Return the finding that the first of the defects asks for, with changes."""
    message = "the tag v1.2.3 says 1.2.3, sample_flit.py:7 declares 1.2.2"
    told = Finding(check="tag-matches-version", severity="error", message=message, file="sample_flit.py", line=7)
    return asdict(told) | changes


@pytest.mark.parametrize(
    ("findings", "code", "found", "extra"),
    [
        ((finding(),), 3, True, 0),
        ((finding(),), 0, False, 0),
        ((finding(severity="warning"),), 3, False, 1),
        ((finding(file="setup.py"),), 3, False, 1),
        ((finding(message="the tag is wrong"),), 3, False, 1),
        ((finding(), finding(check="changelog-has-entry")), 3, True, 1),
        ((), 0, False, 0),
    ],
)
def test_a_finding_counts_only_as_expected(
    findings: tuple[Mapping[str, Any], ...],
    code: int,
    found: bool,  # noqa: FBT001 - a column of a table
    extra: int,
) -> None:
    """Id, severity, file, words and exit code must be right; whatever else is new counts as too much."""
    healthy = Judged(exit_code=0, findings=())
    after = Judged(exit_code=code, findings=findings)
    outcome = plant.compared(DEFECTS[0], BY_NAME["flit"], healthy, after)
    assert (outcome.found, len(outcome.extra)) == (found, extra)


def test_what_was_said_before_does_not_count() -> None:
    """A finding that the healthy release has too is neither the defect nor too much."""
    said = Judged(exit_code=0, findings=(finding(check="tag-style", severity="warning"),))
    outcome = plant.compared(DEFECTS[0], BY_NAME["flit"], said, said)
    assert (outcome.found, outcome.extra) == (False, ())


def test_a_clone_is_judged_as_a_process(tmp_path: Path) -> None:
    """A public project goes the same way: cloned to its commit, planted, tagged at the old time, and judged."""
    source = samples.make("flit", tmp_path / "sample+flit")
    subject = replace(BY_NAME["flit"], name="sample/flit", commit=samples.git(source, "rev-parse", "HEAD"))
    place = clones.mirrored(tmp_path, subject.name)
    assert place == source

    def cloned(subject: Subject, root: Path) -> Repository:
        return clones.clone(source, subject, root)

    (tmp_path / "trial").mkdir()
    outcome = plant.tried(DEFECTS[0], subject, cloned, clones.validate, tmp_path / "trial")
    assert outcome.right, outcome.said
    moved = samples.git(tmp_path / "trial" / "project", "for-each-ref", "--format=%(creatordate:short)", "refs/tags")
    assert moved == "2026-01-10"
