"""What can stop a stage: each error says what is wrong, what state things are in and what to type next."""

from __future__ import annotations

DONE = 0
DEFECT = 1
USAGE = 2
REFUSED = 3
CONFLICT = 4
SERVICE = 5
NOT_VISIBLE = 6
INTERRUPTED = 130
TERMINATED = 143


class ReleaseError(Exception):
    """The root: three lines for a person and an exit code for a machine."""

    exit_code = DEFECT

    def __init__(self, what: str, *, state: str, fix: str) -> None:
        super().__init__(what)
        self.what = what
        self.state = state
        self.fix = fix

    def __str__(self) -> str:
        return self.what


class UsageError(ReleaseError):
    """Wrong usage or configuration, or a missing program or repository."""

    exit_code = USAGE


class Refused(ReleaseError):  # noqa: N818 - the word of the exit code table
    """A gate does not let this pass; nothing happened."""

    exit_code = REFUSED


class Conflict(ReleaseError):  # noqa: N818 - the word of the exit code table
    """The world has other bytes or another tag: a tag that was moved is put back, else a new version is needed."""

    exit_code = CONFLICT


class ServiceFailed(ReleaseError):  # noqa: N818 - reads as the sentence it is
    """A tool or a service failed; running again is safe."""

    exit_code = SERVICE


class Busy(ServiceFailed):
    """Another run is at work on the same; what it records is not to be replaced."""


class Lasting(ServiceFailed):
    """A service failed and says that it will for a while: waiting within this run does not help."""


class Untrusted(Lasting):
    """The other side cannot prove that it is who it should be; waiting does not help."""


class NotYetVisible(ReleaseError):  # noqa: N818 - reads as the sentence it is
    """Published, not yet visible; verify again."""

    exit_code = NOT_VISIBLE


class Interrupted(ReleaseError):  # noqa: N818 - reads as the sentence it is
    """A signal stopped the run; running again is safe."""

    exit_code = INTERRUPTED

    def __init__(self, signal_name: str) -> None:
        super().__init__(
            f"interrupted by {signal_name}",
            state="children ended; no half-written file stands under a final name",
            fix="run the same command again",
        )
        self.exit_code = TERMINATED if signal_name == "SIGTERM" else INTERRUPTED
