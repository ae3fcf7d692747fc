"""The procedure: every stage in its order, and every command, each with the line that `nox -l` shows."""

from __future__ import annotations

from typing import NamedTuple

REHEARSAL = "rehearsal"  # the target that is nowhere but on this machine


class Stage(NamedTuple):
    """A step of the chain, or a command beside it.

    `gates` are the stages whose evidence it demands; `targeted` says that its record belongs to a target.
    """

    name: str
    title: str
    gates: tuple[str, ...] = ()
    targeted: bool = False


STAGES = (
    Stage("validate", "Check that version, changelog and tag agree and that the source may be released."),
    Stage("preflight", "Check the credential for the target, before anything is built.", ("validate",), targeted=True),
    Stage("tests", "Run the project's own tests and record that they passed.", ("validate",)),
    Stage("build", "Build sdist and wheel from a clean clone, twice, compare them and look inside.", ("validate",)),
    Stage("checksums", "Write SHA256SUMS.txt and prove that dist/ holds exactly this release.", ("validate", "build")),
    Stage(
        "draft",
        "Write the release notes from the changelog; on GitHub, the release as a draft.",
        ("validate", "build", "checksums"),
        targeted=True,
    ),
    Stage("attest", "Sign attestations for the distributions.", ("validate", "build", "checksums"), targeted=True),
    Stage(
        "publish",
        "Upload the distributions to the target and read the digests back.",
        ("validate", "build", "checksums"),
        targeted=True,
    ),
    Stage(
        "announce",
        "Make the draft public once the index has every file.",
        ("validate", "build", "checksums"),
        targeted=True,
    ),
    Stage(
        "verify",
        "Download what users download, compare every byte, install it and run it.",
        ("validate", "build", "checksums"),
        targeted=True,
    ),
)

RELEASE = Stage("release", "Do all of the above in this order; without a target, rehearse the release on this machine.")

# The sessions beside the chain, then the commands that are no sessions; neither leaves a record.
HELPERS = (
    Stage("status", "Show how far a version is: tag, changelog, each file on each index, and the next command."),
    Stage("secrets", "Look for secrets in the tracked files, in all of history, or in the files named."),
)
COMMANDS = (*HELPERS, Stage("inspect", "Judge any wheel or sdist, of whatever project, as the index would, and more."))

NAMES = tuple(stage.name for stage in STAGES)


def is_session(name: str) -> bool:
    """Whether nox knows it under this name, and not only the command line."""
    return any(stage.name == name for stage in (*STAGES, RELEASE, *HELPERS))


def stage_named(name: str) -> Stage:
    """Return the stage or command of a name; raises KeyError for any other."""
    return {stage.name: stage for stage in (*STAGES, RELEASE, *COMMANDS)}[name]
