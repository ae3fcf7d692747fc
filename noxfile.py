# /// script
# requires-python = ">=3.10"
# dependencies = ["nox>=2026.10.20"]
# ///
"""Start with `nox -s release`: it rehearses the whole release on this machine. `nox -s tests` runs the tests."""

import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent))
from release_tools.sessions import register

LOCKS = Path("tests/locks")


@nox.session(venv_backend="uv|virtualenv", reuse_venv=True)
def tests(session: nox.Session) -> None:
    """Run the tests; they install from a wheelhouse that is filled first."""
    session.install("--require-hashes", "--no-deps", "-r", str(LOCKS / "tests.txt"))
    session.run("python", "tests/wheelhouse.py")
    session.run("pytest", "--numprocesses=2", *session.posargs)


@nox.session(venv_backend="uv|virtualenv", reuse_venv=True)
def lint(session: nox.Session) -> None:
    """Check the style of the code."""
    session.install("--require-hashes", "--no-deps", "-r", str(LOCKS / "lint.txt"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session(venv_backend="uv|virtualenv", reuse_venv=True)
def audit(session: nox.Session) -> None:
    """Check the safety of the workflows; on Python 3.11 and later."""
    if sys.version_info < (3, 11):
        session.skip("zizmor needs Python 3.11")
    session.install("--require-hashes", "--no-deps", "-r", str(LOCKS / "audit.txt"))
    session.run("zizmor", "--offline", "--strict-collection", "--persona=auditor", ".github")


@nox.session(venv_backend="uv|virtualenv", reuse_venv=True)
def types(session: nox.Session) -> None:
    """Check the types, strictly."""
    session.install("--require-hashes", "--no-deps", "-r", str(LOCKS / "tests.txt"), "-r", str(LOCKS / "types.txt"))
    session.run("mypy")


@nox.session(venv_backend="uv|virtualenv", reuse_venv=True, default=False)
def bench(session: nox.Session) -> None:
    """Measure what we promise about speed, beside the same work by hand."""
    session.install("--require-hashes", "--no-deps", "-r", str(LOCKS / "tests.txt"))
    session.run("python", "-m", "tests.bench", *session.posargs)


register(nox)

if __name__ == "__main__":
    nox.main()
