"""What of a user's environment would lead an installer, or the Python that it installs into, to another place."""

from __future__ import annotations

from collections.abc import Mapping

# Where to install, and into which Python, is said here; the user's configuration says from where.
NAMES = frozenset(
    {"PIP_PREFIX", "PIP_PYTHON", "PIP_ROOT", "PIP_TARGET", "PIP_USER"}
    | {"UV_PREFIX", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_TARGET"}
    | {"CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
)


def without(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which an installer installs where it is told."""
    return {name: value for name, value in environment.items() if name not in NAMES}
