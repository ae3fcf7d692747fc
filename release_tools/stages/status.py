"""The command `status`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from shlex import quote

from packaging.version import InvalidVersion, Version

from release_tools import changelog as changelogs
from release_tools import increments, standing
from release_tools.adapters.clock import Clock
from release_tools.adapters.git import Git
from release_tools.adapters.github import GitHub
from release_tools.adapters.listing import QUARANTINED, Listing
from release_tools.asking import Asking
from release_tools.changelog import Changelog
from release_tools.config import Config
from release_tools.console import Console
from release_tools.errors import Conflict, Refused, ReleaseError, ServiceFailed, UsageError
from release_tools.github import release as github_release
from release_tools.github.standing import OnGitHub
from release_tools.ledger import Ledger
from release_tools.model import Project, Source, Tag, Target
from release_tools.options import Options
from release_tools.stages import Report
from release_tools.standing import Row
from release_tools.supply import Supply
from release_tools.tags import Grammar


def status(
    project: Project, tags: tuple[Tag, ...], grammar: Grammar, source: Source, git: Git,
    old_ledger: Ledger | None, config: Config, options: Options, clock: Clock, environment: Mapping[str, str],
    console: Console, supply: Supply,
) -> Report:  # fmt: skip
    """Tell of one version what is there and what is missing, and the one command that does it; change nothing."""
    asking = Asking(project=project, options=options, config=config, environment=environment)
    if options.all:
        return _history(asking, tags, supply.get("changelog"), console)
    subject = _subject(tags, grammar, source, old_ledger, asking, supply)
    version = subject.version
    rows: list[Row] = []
    if not subject.trial:
        rows += [*_entry(version, project, config, supply), *_tag(subject.tag, tags, version, source, git, options)]
    github: GitHub | None = supply.get("github")
    on_github = OnGitHub(github=github, offline=options.offline) if github else None
    there, pages, broken = _there(subject, asking, on_github, clock.now())
    if on_github:
        rows.append(_ci(subject, asking, on_github, there))
    rows += [_of_ledger(subject.ledger, version), *there, *pages]
    console.table(f"{project.name} {version}", ("what", "", ""), [(row.what, row.state, row.detail) for row in rows])
    return _report(version, rows, broken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The version in question, its tag and commit, and what was handed over of it here.

    `way` is what to type first to get to that commit, empty at it.
    """

    version: Version
    tag: str
    commit: str
    ledger: Ledger | None
    trial: bool
    way: str

    def sent(self, target: Target) -> bool:
        """Whether files were sent to an index from here, or `publish` met others in their place."""
        if self.ledger is None:
            return False
        record = self.ledger.record("publish", target.name)
        return self.ledger.sent(target.name) or (record is not None and record.exit_code == Conflict.exit_code)

    def files(self, target: Target, listing: Listing | None) -> dict[str, str]:
        """Return the SHA-256 of what the release on GitHub should hold: ours where they were sent, else the index's."""
        if self.ledger and self.sent(target):
            return github_release.files(self.ledger.distributions, self.ledger)
        return {each.filename: each.sha256 for each in (listing.every if listing else ()) if each.sha256}


def _subject(
    tags: tuple[Tag, ...], grammar: Grammar, source: Source, old_ledger: Ledger | None, asking: Asking, supply: Supply
) -> Subject:
    version = _asked(asking.options, old_ledger, source.commit, supply)
    tag = next((each for each in tags if each.version == version), None)
    of_it = old_ledger if old_ledger and old_ledger.is_of(version) else None
    ledger = of_it if of_it and (tag is None or of_it.commit == tag.commit) else None
    return Subject(
        version=version,
        tag=tag.name if tag else grammar.format(version),
        commit=tag.commit if tag else ledger.commit if ledger else source.commit,
        ledger=ledger,
        trial=asking.is_trial(version, {each.version for each in tags}),
        way=f"git checkout {quote(tag.name)} && " if tag and tag.commit != source.commit else "",
    )


def _there(
    subject: Subject, asking: Asking, on_github: OnGitHub | None, now: datetime
) -> tuple[list[Row], list[Row], dict[str, str]]:
    """Return what each index holds, then the release on GitHub; and why a version cannot be mended there."""
    rows: list[Row] = []
    pages: list[Row] = []
    broken: dict[str, str] = {}
    for target in asking.targets(trial=subject.trial):
        found = asking.listing(target, subject.version)
        if isinstance(found, ReleaseError):
            rows.append(Row(what=f"{target.name}: files", state="unknown", detail=found.what, mend=found.fix))
        else:
            wanted = asking.wants(target, trial=subject.trial)
            here = _on(target, found, subject, f"{subject.way}{asking.command(target)}", wanted=wanted)
            if why := standing.broken(target.name, found, here, now):
                broken[target.name] = why
            rows += here
        if on_github and github_release.belongs(target, asking.config) and not subject.trial:
            listing = None if isinstance(found, ReleaseError) else found
            pages.append(on_github.page(subject.tag, subject.files(target, listing)))
    return rows, pages, broken


def _ci(subject: Subject, asking: Asking, on_github: OnGitHub, there: Sequence[Row]) -> Row:
    """Return how CI ended; what users have already is not unmade by what became red since."""
    config = asking.config
    release = f"{subject.way}{asking.command(asking.targets(trial=subject.trial)[0])} release"
    row = on_github.ci(subject.commit, config.required_ci, release)
    return replace(row, counts=any(each.missing or each.open for each in there))


def _asked(options: Options, old_ledger: Ledger | None, commit: str, supply: Supply) -> Version:
    """Return the version in question: as named, of the ledger of this commit, of HEAD's tag, of the newest tag."""
    if options.version:
        return _named(options.version, supply)
    if old_ledger and old_ledger.commit == commit and old_ledger.version:
        return Version(old_ledger.version)
    head: tuple[Tag, ...] = supply.get("head_tags")
    newest = max(supply.get("tags"), key=lambda tag: tag.version, default=None)
    chosen = head[0] if head else newest
    return chosen.version if chosen else supply.get("release").tag.version


def _named(text: str, supply: Supply) -> Version:
    grammar: Grammar = supply.get("grammar")
    try:
        return grammar.parse(text) or Version(text)
    except InvalidVersion:
        raise UsageError(
            f"{text!r} is no version", state="nothing was looked at", fix="for example: nox -s status -- 1.2.3"
        ) from None


def _entry(version: Version, project: Project, config: Config, supply: Supply) -> Iterator[Row]:
    if config.changelog is False:
        return
    changelog: Changelog | None = supply.get("changelog")
    found = changelogs.entry(changelog, version, project=project.name) if changelog else ()
    detail = str(found[0].where) if found else "" if changelog else "no changelog was found"
    yield Row(
        what="changelog entry", state="yes" if found else "no", detail=detail, mend=f"write the entry of {version}"
    )


def _tag(name: str, tags: Sequence[Tag], version: Version, source: Source, git: Git, options: Options) -> Iterator[Row]:
    here = next((tag for tag in tags if tag.name == name), None)
    remote = () if source.remote is None else (_on_remote(name, here, git, source.remote, options),)
    lost = any(row.state == "yes" for row in remote)
    make = f"git fetch origin tag {name}" if lost else f"git tag -a {name} -m {version}"
    yield Row(
        what=f"tag {name} here", state="yes" if here else "no", detail=here.commit[:12] if here else "", mend=make
    )
    yield from remote


def _on_remote(name: str, here: Tag | None, git: Git, remote: str, options: Options) -> Row:
    what = f"tag {name} on the remote"
    if options.offline:
        return Row(what=what, state="unknown", detail="it was not asked (--offline)")
    try:
        there = git.remote_tag(remote, name)
    except ServiceFailed as error:
        return Row(what=what, state="unknown", detail=error.what)
    if there is None:
        return Row(what=what, state="no", mend=f"git push origin {name}")
    if here and there[0] != here.object_id:
        return Row(what=what, state="other", detail=f"{there[0][:12]}, here {here.object_id[:12]}")
    return Row(what=what, state="yes", detail=there[1][:12])


def _of_ledger(ledger: Ledger | None, version: Version) -> Row:
    """Return what is known here of how it was made; a release can be looked at without."""
    if ledger is None:
        return Row(what="ledger", state="no", detail=f"none of {version} here")
    files = f"{len(ledger.distributions)} files" if ledger.distributions else "nothing built yet"
    return Row(what="ledger", state="yes", detail=f"of commit {ledger.commit[:12]}, {files}")


def _on(target: Target, listing: Listing, subject: Subject, prefix: str, *, wanted: bool) -> list[Row]:
    rows = standing.of_project(target.name, listing)
    release = _release(target, listing, prefix) if wanted else ""
    ours = subject.ledger.distributions if subject.ledger else ()
    rows += standing.of_files(target.name, listing, ours, release, sent=subject.sent(target))
    rows.append(standing.installable(target.name, listing, f"{prefix} verify"))
    return [*rows, standing.attested(target.name, listing)] if listing.files else rows


def _release(target: Target, listing: Listing, prefix: str) -> str:
    """Return what brings missing files to an index; nothing for a project that it hides from everybody."""
    if listing.status == QUARANTINED:
        return ""
    first = f"make the project active again on {target.name}, then: " if listing.closed else ""
    return f"{first}{prefix} release"


def _report(version: Version, rows: Sequence[Row], broken: Mapping[str, str]) -> Report:
    missing = [row for row in rows if row.missing]
    unknown = [row for row in rows if row.open]
    error: ReleaseError | None = None
    following = str(increments.following(version)[0])
    if broken:
        error = Conflict(
            f"{version} cannot be mended: {'; '.join(broken.values())}",
            state="nothing was changed",
            fix=f"release {following} in its place",
        )
    elif moved := [row for row in rows if row.state == "other"]:
        what = "; ".join(f"{row.what}: {row.detail}" for row in moved)
        error = Conflict(what, state="nothing was changed", fix="find out who moved it, and put it back")
    elif missing:
        what = f"{version} is not complete; missing: {', '.join(row.what for row in missing)}"
        error = Refused(what, state="nothing was changed", fix=missing[0].mend)
    elif unknown:
        what = f"nobody can tell whether {version} is complete: {', '.join(row.what for row in unknown)}"
        again = "ask again with the network at hand: nox -s status"
        error = Refused(what, state="nothing was changed", fix=next((row.mend for row in unknown if row.mend), again))
    done = () if error else (f"{version} is complete: nothing is missing",)
    return Report(
        summary=(*done, *(standing.remedy(str(version), following, " and ".join(broken)) if broken else ())),
        document={"version": str(version), "complete": error is None, "rows": [asdict(row) for row in rows]},
        error=error,
    )


def _history(asking: Asking, tags: Sequence[Tag], changelog: Changelog | None, console: Console) -> Report:
    target = asking.targets()[0]
    try:
        files, told = asking.every(target), ""
    except ReleaseError as error:
        files, told = {}, f"{target.name} was not asked: {error.what}"
    named = {tag.version: tag.name for tag in tags}
    headings = changelogs.headings(changelog, project=asking.project.name) if changelog else ()
    noted = {each.version for each in headings if each.version}
    versions = sorted({*named, *noted, *files}, reverse=True)
    rows = standing.history(versions, named, noted, files)
    console.table(f"{asking.project.name}: every version", ("version", "tag", "entry", target.name), rows)
    return Report(
        summary=(told,) if told else (),
        document={"versions": [dict(zip(("version", "tag", "entry", "files"), row, strict=True)) for row in rows]},
    )
