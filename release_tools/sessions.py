"""The nox sessions: one call in a noxfile registers them.

    import nox
    from release_tools.sessions import register

    register(nox)  # last, when the project's own sessions are known

Importing this registers nothing, because nox forgets such sessions in script mode.
"""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from release_tools import environment, pipeline

if TYPE_CHECKING:
    from nox import Session

    from release_tools.model import Status

TESTS = "tests"
RELEASE = pipeline.RELEASE.name
HELPERS = tuple(helper.name for helper in pipeline.HELPERS)
BACKEND = "uv|virtualenv"


def register(
    nox: ModuleType,
    names: Mapping[str, str] | None = None,
    tests: str | None = None,
    helpers: bool | Sequence[str] = True,  # noqa: FBT001, FBT002 - the documented way to leave them out
) -> None:
    """Give the noxfile the sessions of the release chain.

    `names` renames ours where the project owns a name; `tests` names the project's session whose pass is evidence,
    also one variant of it (`tests-3.13`); `helpers` leaves out the sessions beside the chain, or lists those wanted.
    Call it last. Raises ValueError when a name of the chain is already taken: nox would drop the project's session.
    """
    registry = nox.registry.get()
    chain = Chain(_names(names or {}), _tests(registry, tests))
    wanted = _wanted(helpers)
    for name in chain.ours():
        if name in registry:
            ours = chain.stage_of(name)
            raise ValueError(
                f"the noxfile already has a session {name!r}; keep it and rename ours: "
                f'register(nox, names={{"{ours}": "{ours}-release"}})'
            )
    if chain.tests:
        _wrap_tests(registry[_base(registry, chain.tests)], chain)
    for stage in (*pipeline.STAGES, pipeline.RELEASE):
        if stage.name != TESTS:
            _register_stage(nox, stage, chain)
    for helper in pipeline.HELPERS:
        if helper.name in wanted:
            _register_helper(nox, helper, chain)


class Chain:
    """The links of `release` under the names that they have in this noxfile."""

    def __init__(self, names: Mapping[str, str], tests: str | None) -> None:
        self.names = names
        self.tests = tests

    def session_of(self, stage: str) -> str | None:
        """Return the session of a stage; None for tests where the project has none."""
        return self.tests if stage == TESTS else self.names.get(stage, stage)

    def stage_of(self, session: str) -> str:
        """Return the stage of one of our sessions."""
        return next((stage for stage, name in self.names.items() if name == session), session)

    def ours(self) -> tuple[str, ...]:
        """Return the names of all sessions that we register."""
        stages = (*pipeline.NAMES, RELEASE)
        return tuple(self.names.get(stage, stage) for stage in stages if stage != TESTS)

    def links(self) -> list[str]:
        """Return the sessions that `release` requires, in order."""
        return [name for stage in pipeline.NAMES if (name := self.session_of(stage))]

    def renamed(self) -> dict[str, str]:
        """Return the sessions that are called otherwise than their stages."""
        tests = {TESTS: self.tests} if self.tests not in (None, TESTS) else {}
        return {**self.names, **tests}

    def running(self, session: Session) -> bool:
        """Whether this session runs as part of `release`."""
        return self.names.get(RELEASE, RELEASE) in _manifest(session)

    def obstacle(self, stage: str, session: Session) -> str | None:
        """Return which earlier stage did not pass in this run, and how; nox itself would go on."""
        earlier = pipeline.NAMES[: pipeline.NAMES.index(stage)] if stage in pipeline.NAMES else pipeline.NAMES
        for each in earlier:
            name = self.session_of(each)
            if name and (ended := _ended(session, name)) != "well":
                return f"{each} {ended}"
        return None


def passed(session: Session) -> None:
    """Record that the project's tests passed on this commit; for a project that would rather call it itself."""
    _record_tests(session, "passed")


def _names(names: Mapping[str, str]) -> dict[str, str]:
    known = {*pipeline.NAMES, RELEASE, *HELPERS} - {TESTS}
    for ours in names:
        if ours not in known:
            raise ValueError(f"register: names= has {ours!r}, which is none of ours: {', '.join(sorted(known))}")
    if len(set(names.values())) < len(names):
        raise ValueError("register: names= gives two sessions the same name")
    return dict(names)


def _wanted(helpers: bool | Sequence[str]) -> tuple[str, ...]:  # noqa: FBT001 - as register
    if isinstance(helpers, bool):
        return HELPERS if helpers else ()
    unknown = [name for name in helpers if name not in HELPERS]
    if unknown:
        raise ValueError(f"register: helpers= has {unknown[0]!r}, which is none of {', '.join(HELPERS) or 'those yet'}")
    return tuple(helpers)


def _tests(registry: Mapping[str, Any], tests: str | None) -> str | None:
    """Return the session that proves the tests: of several Pythons the running one."""
    if tests is not None:
        if _base(registry, tests) not in registry:
            raise ValueError(f"register: tests={tests!r} names no session; call register(nox, tests=...) last")
        return tests
    if TESTS not in registry:
        return None
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    pythons = registry[TESTS].python
    several = isinstance(pythons, list | tuple | set)
    return f"{TESTS}-{running}" if several and running in pythons else TESTS


def _base(registry: Mapping[str, Any], name: str) -> str:
    """Return the registered name of a session or of one variant of it."""
    candidates = (name, name.partition("(")[0], name.rpartition("-")[0], name.partition("(")[0].rpartition("-")[0])
    return next((each for each in candidates if each in registry), name)


def _register_stage(nox: ModuleType, stage: pipeline.Stage, chain: Chain) -> None:
    def session_function(session: Session) -> None:
        _run_stage(session, stage.name, chain)

    session_function.__doc__ = stage.title
    nox.session(
        name=chain.session_of(stage.name),
        default=False,
        venv_backend=BACKEND,
        reuse_venv=stage.name != "publish" or environment.rehearsing(),
        requires=chain.links() if stage is pipeline.RELEASE else None,
    )(session_function)


def _register_helper(nox: ModuleType, helper: pipeline.Stage, chain: Chain) -> None:
    """Register a session beside the chain, unless the project has one of that name."""
    name = chain.names.get(helper.name, helper.name)
    if name in nox.registry.get():
        import logging

        logging.getLogger("nox").info(f"the session {name} is the project's own; ours is: release-tools {helper.name}")  # noqa: G004
        return
    _register_stage(nox, helper, chain)


def _run_stage(session: Session, stage: str, chain: Chain) -> None:
    in_chain = chain.running(session)
    if in_chain and (obstacle := chain.obstacle(stage, session)):
        session.error(f"not run: {obstacle}")
    with environment.terminable():
        environment.prepare(session, stage)
        tested = chain.tests is not None
        outcome = environment.run(session, stage, chain.renamed(), chain=in_chain, tested=tested)
    if outcome is None:
        session.log("installed only: nothing was run, nothing is proved, nothing was written")
    elif outcome:
        session.error(outcome)


def _wrap_tests(registered: Any, chain: Chain) -> None:  # noqa: ANN401 - nox keeps this class to itself
    """Make the project's tests a link of the chain: no secrets, an honest end, a record."""
    original: Callable[..., Any] = registered.func

    @functools.wraps(original)
    def tests(session: Session, *arguments: Any, **parameters: Any) -> None:  # noqa: ANN401 - the project's own
        if chain.running(session) and (obstacle := chain.obstacle(TESTS, session)):
            session.error(f"not run: {obstacle}")
        for name in environment.secret_names():
            session.env[name] = None
        with environment.terminable(), _recorded(session):
            original(session, *arguments, **parameters)

    registered.func = tests


class _recorded:  # noqa: N801 - reads as the sentence it is
    """Records how the project's tests ended."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.since = time.perf_counter()

    def __enter__(self) -> None:
        from release_tools import evidence

        self.dirty = evidence.dirty()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        duration = time.perf_counter() - self.since
        if kind is None:
            self._record("passed", "", duration)
        elif kind.__name__ == "_SessionSkip":
            self._record("skipped", str(error), duration)
        elif issubclass(kind, Exception):
            self._record("failed", str(error) or kind.__name__, duration)
        elif issubclass(kind, SystemExit):
            # nox would end here, with 0 for sys.exit(0), and run nothing of the rest.
            self._record("failed", "the session called sys.exit", duration)
            self.session.error("the tests session called sys.exit; let it return, or call session.error")

    def _record(self, status: Status, reason: str, duration: float) -> None:
        _record_tests(self.session, status, reason, duration, self.dirty)


def _record_tests(
    session: Session, status: Status, reason: str = "", duration: float = 0.0, dirty: Sequence[str] | None = None
) -> None:
    """Write the record, of a pass only when a command really runs here (not so under --install-only)."""
    if session.run("python", "-c", "", silent=True, log=False, external=True) is None:
        return
    from release_tools import evidence
    from release_tools.errors import ReleaseError

    said = {"session": _manifest_name(session), "posargs": list(session.posargs)}
    said["dirty"] = list(evidence.dirty() if dirty is None else dirty)
    try:
        evidence.write(status, reason, said, duration)
    except (OSError, ReleaseError) as error:
        session.error(f"the tests {status}, and it cannot be recorded: {error}")


def _manifest_name(session: Session) -> str:
    return str(session._runner.friendly_name)  # noqa: SLF001 - see _manifest


def _manifest(session: Session) -> Any:  # noqa: ANN401 - see below
    """Return nox's own list of what runs; nox has no public door to it."""
    return session._runner.manifest  # noqa: SLF001 - as above


def _ended(session: Session, name: str) -> str:
    """Return how each session of this name ended in this nox run; no sign of it is no good one."""
    manifest = _manifest(session)
    runners = [runner for runner, _ in manifest.list_all_sessions() if name == runner.name or name in runner.signatures]
    ran = [runner.result for runner in runners if runner in manifest]
    if not ran or any(result is None for result in ran):
        return "did not run"
    return "well" if all(map(bool, ran)) else "failed"
