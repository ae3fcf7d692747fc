"""The command `status`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from packaging.version import InvalidVersion, Version

from release_tools import changelog as changelogs
from release_tools import increments, overlay, standing, targets
from release_tools.adapters.clock import Clock
from release_tools.adapters.git import Git
from release_tools.adapters.index import Index, Patience
from release_tools.adapters.listing import Listing, version_of
from release_tools.changelog import Changelog
from release_tools.config import Config
from release_tools.console import Console
from release_tools.errors import Conflict, Refused, ReleaseError, ServiceFailed, UsageError
from release_tools.facts import index as facts_index
from release_tools.ledger import Ledger
from release_tools.model import Project, Source, Tag, Target
from release_tools.options import Options
from release_tools.stages import Report
from release_tools.standing import Row
from release_tools.supply import Supply
from release_tools.tags import Grammar

PATIENCE = Patience(connect=10, silence=10, total=30)


def status(
    project: Project, tags: tuple[Tag, ...], grammar: Grammar, source: Source, git: Git,
    old_ledger: Ledger | None, config: Config, options: Options, clock: Clock, environment: Mapping[str, str],
    console: Console, supply: Supply,
) -> Report:  # fmt: skip
    """Tell of one version what is there and what is missing, and the one command that does it; change nothing."""
    asking = Asking(project=project, options=options, config=config, environment=environment)
    if options.all:
        return _history(asking, tags, supply.get("changelog"), console)
    version = _asked(options, old_ledger, source.commit, supply)
    ours = old_ledger if old_ledger and Version(old_ledger.version) == version else None
    name = next((tag.name for tag in tags if tag.version == version), grammar.format(version))
    rows: list[Row] = []
    if not (trial := overlay.is_of_trial(version, {tag.version for tag in tags})):
        rows += [*_entry(version, project, config, supply), *_tag(name, tags, version, source, git, options)]
    rows.append(_of_ledger(ours, version))
    broken: dict[str, str] = {}
    for target in asking.targets(trial=trial):
        found = asking.listing(target, version)
        if isinstance(found, str):
            rows.append(Row(what=f"{target.name}: files", state="unknown", detail=found))
            continue
        here = _on(target, found, ours, asking.command(target), wanted=asking.wants(target, trial=trial))
        if why := standing.broken(target.name, found, here, clock.now()):
            broken[target.name] = why
        rows += here
    console.table(f"{project.name} {version}", ("what", "", ""), [(row.what, row.state, row.detail) for row in rows])
    return _report(version, rows, broken)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The indexes of a project, and how they are asked."""

    project: Project
    options: Options
    config: Config
    environment: Mapping[str, str]

    def targets(self, *, trial: bool = False) -> tuple[Target, ...]:
        """Return the indexes that count: the one that was named, those that are configured, else the public one.

        The one for trials counts beside others only, and alone for a trial.
        """
        names = [overlay.TRIAL] if trial else list(self.config.targets)
        if set(names) <= {overlay.TRIAL} and not trial:
            names = ["pypi", *names]
        if self._named:
            names = [self.options.target]
        names.sort(key=lambda name: name == overlay.TRIAL)
        return tuple(targets.resolve(name, self.config, self.environment) for name in names)

    def wants(self, target: Target, *, trial: bool) -> bool:
        """Whether an index must hold a version: that for trials holds a release only where somebody asks for it."""
        return target.name != overlay.TRIAL or trial or self._named

    def command(self, target: Target) -> str:
        """Return how a command for an index begins."""
        package = f"RELEASE_PACKAGE={self.options.package} " if self.options.package else ""
        return f"{package}RELEASE_TARGET={target.name} nox -s"

    @property
    def _named(self) -> bool:
        return self.options.target != targets.REHEARSAL

    def listing(self, target: Target, version: Version) -> Listing | str:
        """Return what an index holds of a version, or why nobody knows."""
        try:
            return self._index(target).listing(self.project.normalized, version)
        except ReleaseError as error:
            return error.what

    def every(self, target: Target) -> dict[Version, list[str]]:
        """Return the names of all files of an index by version, those of a yanked one with their reason behind."""
        found: dict[Version, list[str]] = {}
        for each in self._index(target).others(self.project.normalized):
            if version := version_of(each.filename):
                found.setdefault(version, []).append("" if each.yanked is None else "yanked")
        return found

    def _index(self, target: Target) -> Index:
        if self.options.offline:
            raise UsageError("it was not asked (--offline)", state="", fix="")
        return Index(facts_index.with_address(target, self.environment, self.project.root), PATIENCE)


def _asked(options: Options, old_ledger: Ledger | None, commit: str, supply: Supply) -> Version:
    """Return the version in question: as named, of the ledger of this commit, of HEAD's tag, of the newest tag."""
    if options.version:
        return _named(options.version, supply)
    if old_ledger and old_ledger.commit == commit:
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
    return Row(what="ledger", state="yes", detail=f"of commit {ledger.commit[:12]}, {len(ledger.distributions)} files")


def _on(target: Target, listing: Listing, ledger: Ledger | None, prefix: str, *, wanted: bool) -> list[Row]:
    rows = standing.closed(target.name, listing)
    release = f"{prefix} release" if wanted and not rows else ""
    rows += standing.of_files(target.name, listing, ledger.distributions if ledger else (), release)
    rows.append(standing.installable(target.name, listing, f"{prefix} verify"))
    return [*rows, standing.attested(target.name, listing)] if listing.files else rows


def _report(version: Version, rows: Sequence[Row], broken: Mapping[str, str]) -> Report:
    missing = [row for row in rows if row.missing]
    unknown = [row.what for row in rows if row.state == "unknown"]
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
        what = f"nobody can tell whether {version} is complete: {', '.join(unknown)}"
        error = Refused(what, state="nothing was changed", fix="ask again with the network at hand: nox -s status")
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
