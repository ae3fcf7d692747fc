"""The door to a project's build backend: each hook in a process of its own, through build, without secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.metadata import parse_email

from release_tools import text
from release_tools.adapters import files, process
from release_tools.adapters.isolation import NO_INDEX, Isolated
from release_tools.distributions import wheel
from release_tools.errors import Refused, ReleaseError, ServiceFailed, UsageError
from release_tools.model import Kind

if TYPE_CHECKING:
    from build import ProjectBuilder

UMASK = 0o022
TAIL = 2000
LIMIT_VARIABLE = "RELEASE_BUILD_TIMEOUT"
LIMIT = 1800.0
HEAD = 1 << 20  # of METADATA; what comes later is description
OF_INSTALLERS = ("PIP_", "UV_")
PREPARE = "prepare_metadata_for_build_wheel"
UNTOUCHED = "nothing was built; dist/ is as it was"
# What would lead a backend to other files than those of the clone, or let it speak to the workflow around us.
_FOREIGN = re.compile(
    "_?RELEASE_.*|LC_.*|GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|NAMESPACE|COMMON_DIR|PREFIX)|PYTHON(PATH|HOME)|"
    "VIRTUAL_ENV|PWD|OLDPWD|TMP|TEMP|GITHUB_(ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What may differ between two builds without making a difference: `age` is that of the source files in seconds."""

    folder: str
    time_zone: str
    locale: str
    hash_seed: str
    age: int

    def environment(self, temporary: Path) -> dict[str, str]:
        """Return the variables that tell a backend of these surroundings."""
        of_locale = {"LANG": self.locale, "LC_ALL": self.locale}
        who = dict.fromkeys(("USER", "LOGNAME", "USERNAME", "HOSTNAME"), self.folder)
        return {"TZ": self.time_zone, "PYTHONHASHSEED": self.hash_seed, "TMPDIR": str(temporary), **of_locale, **who}


# The second zone is written so that it needs no zone files.
ONE = Surroundings(folder="one", time_zone="UTC", locale="C.UTF-8", hash_seed="1", age=0)
OTHER = Surroundings(
    folder="the-other-of-two", time_zone="EST5EDT", locale="fr_FR.UTF-8", hash_seed="2", age=100 * 86_400
)


def environment(inherited: Mapping[str, str], commit_time: int) -> dict[str, str]:
    """Return what a backend may see of our environment, with the time of the commit as the time of the build.

    A backend that stands in the tree leaves no byte code there: the clone stays what the commit is.
    """
    kept = {name: value for name, value in text.without_secrets(inherited).items() if not _FOREIGN.fullmatch(name)}
    return {**kept, "SOURCE_DATE_EPOCH": str(commit_time), "PYTHONDONTWRITEBYTECODE": "1"}


def of_hooks(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what the hooks may see of an environment: of what is said to installers only that they stay offline.

    The address of an index often holds a password, and a hook runs whatever the commit says. One that calls an
    installer itself has it ask the index of the installer's own files, else the installer's default.
    """
    kept = {name: value for name, value in environment.items() if not name.startswith(OF_INSTALLERS)}
    return {**kept, **{name: environment[name] for name in NO_INDEX if name in environment}}


def limit(inherited: Mapping[str, str], default: float = LIMIT) -> float:
    """Return how many seconds one call of the backend may take; raises UsageError."""
    given = inherited.get(LIMIT_VARIABLE) or str(default)
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise UsageError(
            f"{LIMIT_VARIABLE}={given} is no number of seconds", state="nothing was built", fix=f"{LIMIT_VARIABLE}=1800"
        )
    return seconds


class Backend:
    """The build backend of one source tree in an isolated environment; `of_sdist` says that it is an unpacked sdist."""

    def __init__(
        self,
        source: Path,
        isolated: Isolated,
        environment: Mapping[str, str],
        limit: float,
        *,
        of_sdist: bool = False,
    ) -> None:
        self._source = source
        self._of_sdist = of_sdist
        self._isolated = isolated
        self._environment = of_hooks(environment)
        self._limit = limit

    def system_requires(self) -> set[str]:
        """Return what the project says its backend needs."""
        with self._told("reading [build-system]"):
            return self._builder().build_system_requires

    def requires(self, kind: Kind) -> set[str]:
        """Return what the backend says it needs for this kind of distribution."""
        with self._told(f"get_requires_for_build_{kind}"):
            needed = self._builder().get_requires_for_build(kind)
            if not all(isinstance(each, str) for each in needed):
                raise TypeError("it returned something other than requirements")
            return needed

    def build(self, kind: Kind, folder: Path) -> Path:
        """Build one distribution into an empty folder and return its path; raises Refused where there is none."""
        with self._told(f"build_{kind}"):
            built = Path(self._builder().build(kind, folder))
        if built.parent != folder or not built.is_file():
            raise Refused(
                f"the build backend says that it built {built.name!r}, which is not in the folder it was given",
                state=UNTOUCHED,
                fix="mend the build backend, then run the same command again",
            )
        files.require_regular(built)
        return built

    def version(self, folder: Path) -> str:
        """Return the version in the metadata of the wheel to come; without a hook for those the wheel is built."""
        with self._told(PREPARE):
            prepared = self._builder().prepare("wheel", folder)
        if prepared is None:
            return _version_of(self.build("wheel", folder))
        path = Path(prepared, "METADATA")
        if path.parent.parent != folder or path.parent.is_symlink() or not path.is_file():
            raise _explained(PREPARE, _HookError("it left no METADATA in the folder it was given"))
        files.require_regular(path)
        with path.open("rb") as file:
            return parse_email(file.read(HEAD))[0].get("version", "")

    def _builder(self) -> ProjectBuilder:
        import build

        return build.ProjectBuilder.from_isolated_env(self._isolated, self._source, self._run)

    def _run(self, cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None) -> None:
        variables = {**self._environment, **(extra_environ or {})}
        folder = Path(cwd) if cwd else self._source
        try:
            done = process.run(cmd, cwd=folder, env=variables, timeout=self._limit, umask=UMASK)
        except ServiceFailed as error:
            raise _HookError(f"it did not end within {self._limit:g} s") from error
        if done.code:
            raise _HookError(f"exit code {done.code}:\n{done.tail[-TAIL:]}")

    @contextmanager
    def _told(self, hook: str) -> Iterator[None]:
        """Tell in our words what went wrong in a hook; build wraps whatever happens within one."""
        import build

        try:
            yield
        except build.BuildBackendException as error:
            if isinstance(error.exception, ReleaseError):
                raise error.exception from error
            raise _explained(f"{hook} on the sdist" if self._of_sdist else hook, error.exception) from error
        except build.BuildException as error:
            raise self._unusable(str(error)) from error
        except TypeError as error:
            # Where build takes an answer for granted: None where a name was due, say.
            raise _explained(hook, error) from error

    def _unusable(self, why: str) -> ReleaseError:
        if not self._of_sdist:
            return UsageError(why, state=UNTOUCHED, fix="mend [build-system] in pyproject.toml")
        return Refused(
            f"nobody can build from the sdist: {why}",
            state=UNTOUCHED,
            fix="let the sdist include all that its build needs, then run the same command again",
        )


class _HookError(Exception):
    """How a hook failed, in words."""


def _version_of(path: Path) -> str:
    with path.open("rb") as file:
        found = wheel.read(path.name, file)
    if found.fault or found.metadata is None:
        raise _explained("build_wheel", _HookError(f"{path.name}: {found.fault or 'it holds no METADATA'}"))
    return found.metadata.version


def _explained(hook: str, error: Exception) -> ServiceFailed:
    said = getattr(error, "traceback", "") or str(error)
    why = said if isinstance(error, _HookError) else f"{type(error).__name__}: {said.strip()[-TAIL:]}"
    return ServiceFailed(
        f"the build backend failed in {hook}: {why}",
        state=f"all that it started was ended; {UNTOUCHED}",
        fix=f"see it alone with python -m build (limit of time: {LIMIT_VARIABLE}), then run the same command again",
    )
