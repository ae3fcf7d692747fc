# /// script
# requires-python = ">=3.10"
# dependencies = ["nox>=2026.10.20", "nox-release-tools"]
# ///
"""Type `nox -s tests` to run the tests, `nox -s release` to rehearse a whole release."""

import nox
from release_tools.sessions import register

nox.options.default_venv_backend = "uv|virtualenv"


@nox.session(python=["3.10", "3.11", "3.12", "3.13"])
def tests(session: nox.Session) -> None:
    """Install the project and run its tests."""
    session.install(".")
    session.run("python", "-m", "unittest", "discover", "-s", "tests", *session.posargs)


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Build the command as one file that runs without being installed."""
    packed = f"{session.create_tmp()}/sample-poetry.pyz"
    session.run("python", "-m", "zipapp", "src", "-m", "sample_poetry.__main__:main", "-o", packed)
    session.run("python", packed, "4539 3195 0343 6467")


register(nox, names={"build": "build-dists"})  # last: it wraps the sessions above
