# /// script
# requires-python = ">=3.10"
# dependencies = ["nox>=2026.10.20", "nox-release-tools"]
# ///
"""Type `nox -s tests` to run the tests, `nox -s release` to rehearse a whole release."""

import nox
from release_tools.sessions import register

nox.options.default_venv_backend = "uv|virtualenv"


@nox.session
def tests(session: nox.Session) -> None:
    """Install the project and run its tests and its command."""
    session.install(".")
    session.run("python", "-m", "unittest", "discover", "-s", "tests", *session.posargs)
    session.run("sample-setuptools", "--version")


register(nox)  # last: it wraps the sessions above
