"""Whether the tag of a release still stands where it stood when the release was made."""

from __future__ import annotations

from collections.abc import Iterator

from release_tools.adapters.git import Git
from release_tools.errors import Conflict, Refused, ServiceFailed
from release_tools.ledger import Ledger
from release_tools.model import Source


def require_unmoved(ledger: Ledger, git: Git, source: Source, *, offline: bool) -> tuple[str, ...]:
    """Return what could not be asked; raises Conflict for a tag that was moved, Refused for one not pushed."""
    if ledger.tag is None or ledger.tag_object is None:
        return ()
    here = {name: (object_id, commit) for name, object_id, commit, _ in git.tags()}
    if not _is_same(ledger, found := here.get(ledger.tag)):
        raise _moved(ledger, "here", found and found[0], f"git update-ref refs/tags/{ledger.tag} {ledger.tag_object}")
    if source.remote is None or offline:
        return ()
    try:
        there = git.remote_tag(source.remote, ledger.tag)
    except ServiceFailed as error:
        return (f"the tag on the remote was not compared: {error.what}",)
    if there is None:
        raise Refused(
            f"the remote does not have the tag {ledger.tag}",
            state="nothing was done",
            fix=f"push it, then run the same command again: git push origin {ledger.tag}",
        )
    if not _is_same(ledger, there):
        push = f"git push origin +{ledger.tag_object}:refs/tags/{ledger.tag}"
        raise _moved(ledger, "on the remote", there[0], push)
    return ()


def _is_same(ledger: Ledger, found: tuple[str, str] | None) -> bool:
    """Whether a tag, as object and commit, is that of the ledger.

    A checkout in CI may have put the commit in the place of an annotated tag, in this run or in that one.
    """
    if found is None or found[0] == ledger.tag_object:
        return found is not None
    return found[1] == ledger.commit and ledger.commit in (found[0], ledger.tag_object)


def _moved(ledger: Ledger, where: str, found: str | None, back: str) -> Conflict:
    return Conflict(
        f"the tag {ledger.tag} is {'gone' if found is None else 'another'} {where}: "
        f"{' '.join(_sides(ledger.tag_object or '', found))}",
        state="nothing was done; what is on an index was left as it is",
        fix=f"find out who moved it, and put it back: {back}",
    )


def _sides(released: str, found: str | None) -> Iterator[str]:
    yield f"released was {released[:12]}"
    if found:
        yield f"now it is {found[:12]}"
