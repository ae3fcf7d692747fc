"""How far a version is on GitHub: the CI of its commit, and its release."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from release_tools import ci
from release_tools.adapters.github import GitHub
from release_tools.adapters.github_rows import GitHubRelease
from release_tools.ci import Ran
from release_tools.errors import ReleaseError
from release_tools.github import release as github_release
from release_tools.github.release import Digests
from release_tools.standing import Row

WITH = "with dist/RELEASE_NOTES.md and the files of dist/, or set github = false for the target"
CI_GREEN = "see what is red or still runs; once it is green: "


@dataclass(frozen=True, kw_only=True)
class OnGitHub:
    """One repository, asked for what it knows; what it does not tell is a row too."""

    github: GitHub
    offline: bool

    def ci(self, commit: str, required: Collection[str], following: str) -> Row:
        """Return how CI ended on a commit; `following` is the command for which it should be green."""
        return self._row("CI", lambda: of_ci(self._newest(commit), required, f"{CI_GREEN}{following}"))

    def page(self, tag: str, files: Digests) -> Row:
        """Return what the release of a tag holds."""
        what = f"release {tag} on GitHub"
        return self._row(what, lambda: of_page(what, self.github.release(tag), tag, files))

    def _newest(self, commit: str) -> tuple[Ran, ...]:
        return ci.newest(self.github.workflows(commit), self.github.checks(commit), self.github.statuses(commit))

    def _row(self, what: str, asked: Callable[[], Row]) -> Row:
        if self.offline:
            return Row(what=what, state="unknown", detail="it was not asked (--offline)")
        try:
            return asked()
        except ReleaseError as error:
            return Row(what=what, state="unknown", detail=error.what, mend=error.fix)


def of_ci(ran: Sequence[Ran], required: Collection[str], mend: str) -> Row:
    """Return how CI ended on the commit: of the required names, or else of all; none at all is no fault of its own."""
    looked = [each for each in ran if each.name in required] if required else list(ran)
    never = sorted(set(required) - {each.name for each in ran})
    told = [f"{each.name} is {each.state}" for each in looked if each.state != "green"]
    told += [f"{name} never ran" for name in never]
    if told:
        return Row(what="CI", state="no", detail=", ".join(told), mend=mend)
    if not looked:
        return Row(what="CI", state="no", detail="nothing ran on this commit")
    return Row(what="CI", state="yes", detail=f"{len(looked)} green")


def of_page(what: str, page: GitHubRelease | None, tag: str, files: Digests) -> Row:
    """Return whether the release on GitHub is public and tells the digests of our files."""
    if page is None:
        return Row(what=what, state="no", detail="none", mend=f"make the release {tag} on GitHub, {WITH}")
    if other := github_release.other(page, files):
        return Row(what=what, state="other", detail=f"other bytes than the ledger's: {', '.join(other)}")
    if page.draft:
        return Row(what=what, state="no", detail="a draft", mend=f"make it public: {page.address}")
    if lacking := github_release.missing(page, files):
        return Row(what=what, state="no", detail=f"lacks {', '.join(lacking)}", mend=f"add it: {page.address}")
    return Row(what=what, state="yes", detail=f"{len(page.assets)} files")
