"""The release as `validate` judged it, for the stages after it. Facts."""

from __future__ import annotations

from packaging.version import Version

from release_tools.ledger import Ledger
from release_tools.model import Source, Tag


def tag(ledger: Ledger) -> Tag:
    """Return the tag of the release."""
    commit = ledger.commit
    return Tag(
        name=ledger.tag or "", version=Version(ledger.version), commit=commit, object_id=ledger.tag_object or commit
    )


def tagged(ledger: Ledger) -> bool:
    """Whether that tag existed on HEAD."""
    return ledger.tag_object is not None


def version(ledger: Ledger) -> Version:
    """Return the version of the release."""
    return Version(ledger.version)


def ref(tag: Tag, source: Source, *, tagged: bool) -> str:
    """Return the ref of git that the release is made from."""
    return f"refs/tags/{tag.name}" if tagged else f"refs/heads/{source.branch or source.default_branch or 'main'}"


def known_version(version: Version) -> Version:
    """Return the version for which the changelog is looked up."""
    return version
