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
    """Run the tests."""
    session.install("pytest")
    session.run("python", "-m", "pytest", *session.posargs)


register(nox)  # last: it wraps the sessions above
