"""The checks, one file per subject; here stands what a check is.

A check is a function from facts to problems. Its name in kebab case is its id, its docstring is the remedy that the
user reads, its parameters name the facts it needs, and it yields nothing when all is well. It does no I/O.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module

from release_tools.config import Config
from release_tools.errors import Refused
from release_tools.model import Finding, Location, Severity
from release_tools.supply import Supply

SOURCE = ("version", "changelog", "entry", "tree", "secrets", "tag", "project", "index")
# What can be judged by the files of a release alone; the others ask for its source.
FILES = (
    "archive", "members", "metadata", "metadata_fields", "classification", "wheel", "wheel_files", "sdist", "contents",
    "installs", "packages", "pairs",
)  # fmt: skip
DISTRIBUTIONS = (*FILES, "release_files", "source")
EVERYWHERE = ("secrets",)  # in the source and in distributions alike
INSTALLED = ("imports",)
MANY = 10  # names that a message lists
LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a check yields; it may be milder than its check, and may name its own remedy."""

    message: str
    where: Location | None = None
    member: str | None = None
    severity: Severity | None = None
    fix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check as registered.

    `alignment` says that the verdict follows from it, `todo` that its errors are things to do in a rehearsal, `basic`
    that where it finds something, other checks may lack their facts.
    """

    id: str
    severity: Severity
    remedy: str
    judge: Callable[..., Iterable[Problem]]
    alignment: bool = False
    todo: bool = False
    basic: bool = False


Judge = Callable[..., Iterable[Problem]]


def check(
    severity: Severity = "error", *, alignment: bool = False, todo: bool = False, basic: bool = False
) -> Callable[[Judge], Check]:
    """Make a function a check; `todo` says that a rehearsal puts it on the list of things to do before tagging."""

    def make(judge: Judge) -> Check:
        return Check(
            id=judge.__name__.replace("_", "-"),
            severity=severity,
            remedy=inspect.cleandoc(judge.__doc__ or ""),
            judge=judge,
            alignment=alignment,
            todo=todo,
            basic=basic,
        )

    return make


def of(subjects: Iterable[str]) -> tuple[Check, ...]:
    """Return the checks of some subjects, in the order in which their files define them."""
    modules = (import_module(f"{__name__}.{subject}") for subject in subjects)
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Check))


def findings(checks: Iterable[Check], supply: Supply, config: Config) -> Iterator[Finding]:
    """Judge the facts by each check that the configuration leaves on.

    A fact that cannot be had stops everything, unless a basic check has said what is wrong already.
    """
    told = False
    for each in checks:
        if config.severity(each.id, each.severity) == "off":
            continue
        try:
            problems = tuple(supply.call(each.judge))
        except Refused:
            if not told:
                raise
            continue
        told = told or (each.basic and bool(problems))
        for problem in problems:
            yield _finding(each, problem, _severity(each, problem, supply, config))


def _severity(each: Check, problem: Problem, supply: Supply, config: Config) -> Severity:
    """Return how serious a problem is here: the configuration decides on errors and warnings, never on a note."""
    severity = problem.severity or each.severity
    override = config.checks.get(each.id)
    if override and override.severity != "off" and severity in ("error", "warning"):
        severity = override.severity
    if override and override.severity == "warning" and severity == "todo":
        severity = "warning"
    if severity == "error" and each.todo and supply.get("mode") == "rehearsal":
        severity = "todo"
    return severity


def listed(names: Sequence[str], most: int = MANY) -> str:
    """Return names as messages show them: so many at most, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def short(object_id: str) -> str:
    """Return the id of a commit or tag object as messages show it."""
    return object_id[:12]


def _bounded(text: str) -> str:
    """Return what fits on a screen; a version of a thousand digits is quoted as far as that goes."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _finding(each: Check, problem: Problem, severity: Severity) -> Finding:
    return Finding(
        check=each.id,
        severity=severity,
        message=_bounded(problem.message),
        fix=_bounded(problem.fix or each.remedy),
        file=problem.where.file if problem.where else None,
        line=problem.where.line if problem.where else None,
        member=problem.member,
    )
