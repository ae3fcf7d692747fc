"""The door to an isolated build environment: an empty virtual environment, filled by uv where it is found, else by pip.

It stands in for build's own one, whose installers run without a time limit and see every secret.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
import sysconfig
import venv
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from release_tools.adapters import constraints, elsewhere, process
from release_tools.errors import Refused, ServiceFailed, UsageError

# For pip and uv alike; both still take what the user's find-links point to, and uv what its cache holds.
NO_INDEX = {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1"}
OLDEST_PIP = Version("22.3")  # the first that installs into another interpreter's environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolated:
    """One environment in a folder.

    `cwd` is where the installers look for the user's configuration, `uv` the program or None, `pip` whether a pip
    beside us can install into other environments.
    """

    folder: Path
    environment: Mapping[str, str]
    cwd: Path
    limit: float
    uv: str | None
    pip: bool
    _installed: set[str] = field(default_factory=set, init=False)

    @property
    def python_executable(self) -> str:
        """The interpreter of the environment."""
        return str(self._place("scripts") / ("python.exe" if os.name == "nt" else "python"))

    def make_extra_environ(self) -> dict[str, str]:
        """Return the variables by which its programs come first, and no module from elsewhere."""
        path = (str(self._place("scripts")), self.environment.get("PATH", ""))
        return {"PATH": os.pathsep.join(filter(None, path)), "PYTHONPATH": ""}

    @property
    def temporary(self) -> Path:
        """The folder for temporary files of the installers."""
        return self.folder.with_name(f"{self.folder.name}-tmp")

    @property
    def installer(self) -> str:
        """The name of what installs."""
        return "uv" if self.uv else "pip"

    def installer_version(self) -> str:
        """Return the name of what installs, and its version."""
        if self.uv:
            return " ".join(self._run([self.uv, "--version"]).text.split()[:2])
        return f"pip {importlib.metadata.version('pip') if self.pip else bundled_pip().name.split('-')[1]}"

    def create(self) -> None:
        """Make the environment, empty."""
        self.temporary.mkdir(parents=True)
        venv.EnvBuilder(symlinks=os.name != "nt").create(self.folder)

    def install(self, requirements: Iterable[str]) -> None:
        """Install what is not installed yet; raises ServiceFailed with what the installer said."""
        missing = sorted(set(requirements) - self._installed)
        if not missing:
            return
        listing = self.folder / "requirements.txt"
        listing.write_text("\n".join(missing) + "\n", encoding="utf-8")
        held = [part for each in self._lists for part in ("--constraint", each)]
        done = self._run([*self._install_command(), "-r", str(listing), *held])
        if done.code:
            offline = "; --offline and UV_OFFLINE forbid it" if self.environment.get("UV_OFFLINE") else ""
            reach = f"make sure that {self.installer} reaches your package index{offline}"
            raise ServiceFailed(
                f"{self.installer} could not install the build requirements {', '.join(missing)}:\n{done.tail}",
                state="nothing was built; dist/ is as it was",
                fix=f"{reach}; then run the same command again",
            )
        self._installed.update(missing)
        self._require_all_locked()

    def versions(self) -> dict[str, str]:
        """Return what is installed, by normalized name."""
        found = importlib.metadata.distributions(path=[str(self._place("purelib"))])
        return dict(sorted((canonicalize_name(each.metadata["Name"]), each.version) for each in found))

    @property
    def locked(self) -> frozenset[str]:
        """What the user's lists hold to a hash, by normalized name."""
        return constraints.locked(self._lists, self.cwd)

    @property
    def _lists(self) -> tuple[str, ...]:
        return constraints.named(self.environment)

    def _require_all_locked(self) -> None:
        """Refuse what no list holds to a hash where one holds anything to one; pip does so itself, uv does not."""
        locked = self.locked
        free = sorted(self.versions().keys() - locked)
        if locked and free:
            raise Refused(
                f"build requirements without a hash in {', '.join(self._lists)}: {', '.join(free)}",
                state="they were installed and not run; nothing was built, dist/ is as it was",
                fix="lock all of them, as uv pip compile --generate-hashes does, then run the same command again",
            )

    def _install_command(self) -> list[str]:
        if self.uv:
            # Compiled once for all hooks, which compile nothing themselves; uv does so on all processors, pip on one.
            return [self.uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", self.python_executable]
        quiet = ["install", "--quiet", "--no-input", "--no-compile", "--disable-pip-version-check"]
        if self.pip:
            return [sys.executable, "-I", "-m", "pip", "--python", self.python_executable, *quiet]
        # Python's own pip runs from its wheel, so that the environment stays free of it.
        return [self.python_executable, "-I", str(bundled_pip() / "pip"), *quiet]

    def _run(self, argv: list[str]) -> process.Completed:
        environment = {
            **elsewhere.without(constraints.without(self.environment)),
            "VIRTUAL_ENV": str(self.folder),
            "TMPDIR": str(self.temporary),
        }
        return process.run(argv, cwd=self.cwd, env=environment, timeout=self.limit)

    def _place(self, kind: str) -> Path:
        # Python 3.10 does not know the scheme of environments by name.
        plain = "nt" if os.name == "nt" else "posix_prefix"
        scheme = "venv" if "venv" in sysconfig.get_scheme_names() else plain
        base = str(self.folder)
        return Path(sysconfig.get_path(kind, scheme, vars={"base": base, "platbase": base}))


def environment(users: Mapping[str, str], *, offline: bool) -> Mapping[str, str]:
    """Return the environment of what installs: with `offline` it asks no index."""
    return {**users, **NO_INDEX} if offline else users


def find_uv(environment: Mapping[str, str]) -> str | None:
    """Return the uv of our own environment, else the one that `UV` names, else the one on PATH."""
    return _own_uv() or process.find(environment.get("UV") or "uv")


def _own_uv() -> str | None:
    found = None
    with suppress(ImportError, FileNotFoundError):
        import uv

        found = str(uv.find_uv_bin())
    return found


def has_pip(path: Sequence[str] | None = None) -> bool:
    """Whether a pip beside us can install into other environments."""
    found = importlib.metadata.distributions(name="pip", path=list(sys.path if path is None else path))
    return any(Version(each.version) >= OLDEST_PIP for each in found)


def bundled_pip(folders: Iterable[Path] | None = None) -> Path:
    """Return the wheel of pip that comes with Python; raises UsageError where it has been taken out."""
    for folder in _bundles() if folders is None else folders:
        for wheel in folder.glob("pip-*.whl"):
            return wheel
    raise UsageError(
        "neither uv nor pip is here to install the build requirements",
        state="nothing was built; dist/ is as it was",
        fix="install one of them beside release-tools: python -m pip install uv",
    )


def _bundles() -> list[Path]:
    """Return where Python, or the system that it comes with, keeps that wheel."""
    spec = importlib.util.find_spec("ensurepip")
    own = Path(spec.origin).parent / "_bundled" if spec and spec.origin else None
    of_system = sysconfig.get_config_var("WHEEL_PKG_DIR")
    return [Path(folder) for folder in (own, of_system) if folder]
