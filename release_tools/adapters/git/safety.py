"""How git is called: with hooks, monitors, pagers, prompts and secrets switched off, and in bounded time."""

from __future__ import annotations

import os
from pathlib import Path

from release_tools.adapters import process
from release_tools.adapters.process import Completed
from release_tools.text import without_secrets

SAFE = (
    "--no-pager",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.untrackedCache=false",
    "-c",
    "core.quotePath=false",
    "-c",
    "diff.external=",
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=false",
    "-c",
    "advice.detachedHead=false",
    "-c",
    "log.showSignature=false",
)
# What a clone of ours holds is told by the commit alone, and that it can be made by no setting of whoever makes it.
CONTENT = {
    "core.attributesFile": os.devnull,
    "core.autocrlf": "false",
    "core.eol": "lf",
    **({} if os.name == "nt" else {"core.symlinks": "true"}),
}
_CLONING = {
    **CONTENT,
    "clone.defaultRemoteName": "origin",
    "clone.rejectShallow": "false",
    "fetch.fsckObjects": "false",
    "protocol.file.allow": "always",
    "submodule.recurse": "false",
    "transfer.fsckObjects": "false",
}
_CLONES = frozenset({"clone", "fetch", "checkout"})  # what is asked of our own clones only
_UNMOVED = {"GIT_ALLOW_PROTOCOL": "file", "GIT_ATTR_NOSYSTEM": "1"}
LIMIT = 60.0
WHOLE = 1 << 28
_QUIET = {
    "GIT_FLUSH": "0",  # else rev-list writes each of its lines alone
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# Mostly set by git for its hooks; git would look at another repository than the one asked about, or read our
# arguments in another way.
_REDIRECTING = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_EXTERNAL_DIFF",
        "GIT_GLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
        "GIT_INDEX_FILE",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NAMESPACE",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)


def environment() -> dict[str, str]:
    """Return the environment for git: no secret, prompt or download, no lock for a mere look, English messages."""
    inherited = {name: value for name, value in without_secrets(os.environ).items() if name not in _REDIRECTING}
    return inherited | _QUIET


def call(root: Path, *arguments: str, timeout: float = LIMIT) -> Completed:
    """Run git in a folder and return how it ended; a clone, and what is done in one, heeds no setting of the user."""
    cloning = next((word for word in arguments if not word.startswith("-")), "") in _CLONES
    settings = tuple(word for key, value in _CLONING.items() for word in ("-c", f"{key}={value}")) if cloning else ()
    env = environment() | (_UNMOVED if cloning else {})
    return process.run(("git", *SAFE, *settings, *arguments), cwd=root, env=env, timeout=timeout, keep=WHOLE)
