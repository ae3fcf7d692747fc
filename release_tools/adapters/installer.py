"""The door to fresh environments: dependencies as the user's configuration says, then one file from one index alone."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution
from importlib.util import find_spec
from pathlib import Path

from packaging.utils import canonicalize_name

from release_tools.adapters import elsewhere, modules, process
from release_tools.adapters.process import Completed
from release_tools.errors import Refused, ServiceFailed
from release_tools.text import without_secrets
from release_tools.verification.installed import Installation, Use

PROBE = Path(__file__).with_name("probe.py")
WINDOWS = os.name == "nt"
SCRIPTS = "Scripts" if WINDOWS else "bin"
INSTALL, IMPORT, SCRIPT = 900.0, 60.0, 30.0
KEPT = 1 << 20
AGAIN = "nox -s release"
# The project's own file: no configuration, no cache, nothing kept of what a dependency may have brought.
UV_ALONE = ("--no-config", "--no-cache", "--reinstall", "--no-deps", "--no-build-isolation", "--link-mode", "copy")
PIP_ALONE = ("--isolated", "--no-cache-dir", "--force-reinstall", "--no-deps", "--no-build-isolation")
UNSATISFIABLE = ("No solution found", "No matching distribution", "ResolutionImpossible")
UNREACHED = ("Retrying (", "Failed to fetch", "Connection", "network was disabled")
DOUBTFUL = ("(from versions: none)", *UNREACHED)
_OURS = ("RELEASE_", "_RELEASE_TOOLS_")
_PROXIES = frozenset({"ALL_PROXY", "FTP_PROXY", "HTTP_PROXY", "HTTPS_PROXY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Exactly what is to be installed: one version, only these bytes, as a wheel or built from the sdist."""

    name: str
    version: str
    sha256: tuple[str, ...]
    wheel: bool

    def __str__(self) -> str:
        hashes = "".join(f" --hash=sha256:{digest}" for digest in self.sha256)
        return f"{self.name}=={self.version}{hashes}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What an installed distribution says of itself."""

    version: str
    modules: tuple[str, ...]
    scripts: tuple[str, ...]
    installation: Installation


class Fresh:
    """An environment of the base Python, made for this run and empty at first.

    `environment` is the user's; the project's own code sees it without secrets and without our variables. `patience` is
    how many seconds a console script may take.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], uv: str | None, patience: float = SCRIPT) -> None:
        from venv import EnvBuilder

        self.folder = folder
        self._uv = uv
        self._patience = patience
        self._user = _of_user(environment)
        self._own = _of_project(self._user, folder / SCRIPTS)
        EnvBuilder(symlinks=not WINDOWS).create(folder)
        self.python = folder / SCRIPTS / ("python.exe" if WINDOWS else "python")

    def add(self, requirements: Sequence[str]) -> None:
        """Install requirements from wherever the user's configuration says."""
        if not requirements:
            return
        listed = self._write("requirements.txt", "\n".join(requirements) + "\n")
        done = self._bounded((*self._installer(), "-r", str(listed)), self._user, INSTALL)
        if done is None or done.code:
            raise _without_requirements(requirements, done)

    def install(self, pin: Pin, simple_url: str) -> None:
        """Install the pinned file from one index, without its dependencies and without any configuration."""
        listed = self._write("pin.txt", str(pin))
        only = ("--only-binary", ":all:") if pin.wheel else ("--no-binary", pin.name)
        argv = (*self._installer(alone=True), "--require-hashes", *only, "--index-url", simple_url, "-r", str(listed))
        done = self._bounded(argv, self._own, INSTALL)
        if done is None or done.code:
            kind = "wheel" if pin.wheel else "sdist"
            raise _not_installed(f"the {kind} of {pin.name} {pin.version} does not install", done)

    def look(self, name: str) -> Installed:
        """Import each top-level module of an installed distribution; raises Refused when one does not import."""
        every = {canonicalize_name(each.name): each for each in Distribution.discover(path=self._places())}
        found = every.get(canonicalize_name(name))
        if found is None:
            raise _broken(f"{name} was installed", "and is not there")
        files: dict[str, tuple[str, ...]] = {each: _files(every[each]) for each in every}
        at_top = modules.at_top(files[canonicalize_name(name)])
        # A script that belongs to an extra may lack what that extra brings.
        scripts = {each.name for each in found.entry_points if each.group == "console_scripts" and not each.extras}
        return Installed(
            version=found.version,
            modules=at_top,
            scripts=tuple(sorted(scripts)),
            installation=Installation(
                name=canonicalize_name(name),
                requires={each: tuple(every[each].requires or ()) for each in every},
                uses=self._import(at_top, files.pop(canonicalize_name(name)), files) if at_top else (),
            ),
        )

    def _places(self) -> list[str]:
        return [
            str(place) for place in (*self.folder.glob("lib/*/site-packages"), *self.folder.glob("Lib/site-packages"))
        ]

    def _import(
        self, at_top: Sequence[str], own: Sequence[str], others: Mapping[str, Sequence[str]]
    ) -> tuple[Use, ...]:
        """Import modules, and return what the project's files import of others."""
        asked = {"modules": at_top, "sources": modules.sources(own), "own": sorted(modules.names(own))}
        listed = self._write("asked.json", json.dumps({"folder": self._places()[0], **asked}))
        done = self._bounded((str(self.python), "-I", str(PROBE), str(listed)), self._own, IMPORT)
        rows = [*map(json.loads, done.out.splitlines())] if done else []
        imported = {row["module"]: row["error"] for row in rows if "module" in row}
        for module in at_top:
            if error := imported.get(module, f"the interpreter did not survive it: {_said(done, IMPORT)}"):
                raise _broken(f"import {module} fails", error)
        uses = [use for row in rows for use in row.get("uses", ())]
        owners = modules.owners(others, (module for _, module, _ in uses))
        return tuple(Use(file=file, line=line, module=module, owners=owners[module]) for file, module, line in uses)

    def call(self, script: str) -> str:
        """Run a console script with --version, else with --help, and return the option that it took."""
        program = process.find(str(self.folder / SCRIPTS / script))
        if program is None:
            raise _broken(f"the console script {script}", "was not installed as a program")
        done = None
        for option in ("--version", "--help"):
            done = self._bounded((program, option), self._own, self._patience)
            if done is not None and done.code == 0:
                return option
        ended = f"exits with {done.code}" if done else "does not end"
        raise _broken(
            f"the console script {script} {ended}, with --version and with --help", _said(done, self._patience)
        )

    def _installer(self, *, alone: bool = False) -> tuple[str, ...]:
        """Return the command that installs into this environment; `alone` is for the project's own file."""
        if self._uv:
            general = (self._uv, "pip", "install", "--no-progress", "--python", str(self.python))
            return (*general, *UV_ALONE) if alone else general
        command = (*self._pip(), "install", "--disable-pip-version-check", "--no-input", "--no-compile")
        return (*command, *PIP_ALONE) if alone else command

    def _pip(self) -> tuple[str, ...]:
        """Return pip for this environment: the running Python's, which saves installing another one."""
        if find_spec("pip") is not None:
            return (sys.executable, "-I", "-m", "pip", "--python", str(self.python))
        own = (str(self.python), "-I", "-m")
        self._bounded((*own, "ensurepip"), self._own, INSTALL)
        return (*own, "pip")

    def _write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def _bounded(self, argv: Sequence[str], environment: Mapping[str, str], timeout: float) -> Completed | None:
        """Run a program in the folder of the environment; None when it did not end in time."""
        try:
            return process.run(argv, cwd=self.folder, env=environment, timeout=timeout, keep=KEPT)
        except ServiceFailed:
            return None


def _files(found: Distribution) -> tuple[str, ...]:
    return tuple(str(path) for path in found.files or ())


def _of_user(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the user's environment without secrets and without what would install elsewhere."""
    kept = elsewhere.without(without_secrets(environment)).items()
    return {name: value for name, value in kept if not name.startswith(_OURS)}


def _of_project(user: Mapping[str, str], scripts: Path) -> dict[str, str]:
    """Return the environment in which the project's own code is installed and run: no way to another index."""
    kept = {
        name: value
        for name, value in user.items()
        if not name.startswith(("PIP_", "UV_")) and name.upper() not in _PROXIES
    }
    path = os.pathsep.join((str(scripts), *filter(None, [user.get("PATH")])))
    # pip reads the machine's configuration even when it is told to be isolated, but not from a null device.
    return kept | {"PATH": path, "VIRTUAL_ENV": str(scripts.parent), "PIP_CONFIG_FILE": os.devnull}


def _said(done: Completed | None, timeout: float) -> str:
    if done is None:
        return f"it did not end within {timeout:.0f} s"
    return " | ".join(done.tail.splitlines()[-5:]) or f"exit code {done.code} and not a word"


def _broken(what: str, why: str) -> Refused:
    return Refused(
        f"{what}: {why}",
        state="the bytes are those that were expected; what was installed for the trial was removed again",
        fix=f"mend the project, commit, and rehearse again: {AGAIN}",
    )


def _not_installed(what: str, done: Completed | None) -> Refused | ServiceFailed:
    """Tell a file that cannot be installed from an index that does not answer."""
    said = (done.out + done.err).decode("utf-8", "replace") if done else ""
    if not any(each in said for each in UNREACHED):
        return _broken(what, _said(done, INSTALL))
    return ServiceFailed(
        f"{what}: {_said(done, INSTALL)}",
        state="the bytes are those that were expected; what was installed for the trial was removed again",
        fix="see that the index can be reached, then run the same command again",
    )


def _without_requirements(requirements: Sequence[str], done: Completed | None) -> Refused | ServiceFailed:
    """Tell a requirement that nothing meets from an index that does not answer; both can be tried again."""
    said = (done.out + done.err).decode("utf-8", "replace") if done else ""
    unmet = any(each in said for each in UNSATISFIABLE) and not any(each in said for each in DOUBTFUL)
    kind = Refused if unmet else ServiceFailed
    return kind(
        f"the requirements {', '.join(requirements)} cannot be installed: {_said(done, INSTALL)}",
        state="the bytes are those that were expected; nothing of the project was installed yet",
        fix=(
            f"correct the requirements in pyproject.toml, then rehearse again: {AGAIN}"
            if unmet
            else "see that your package index can be reached (--offline and UV_OFFLINE forbid it), then run the same "
            "command again"
        ),
    )
