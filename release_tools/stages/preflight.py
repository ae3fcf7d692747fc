"""The stage `preflight`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from packaging.version import Version

from release_tools import credentials, overlay
from release_tools import environment as handed
from release_tools.adapters.clock import Clock
from release_tools.config import Config, TargetTable
from release_tools.errors import Refused, ServiceFailed
from release_tools.ledger import Ledger
from release_tools.model import Project, Source, Tag, Target
from release_tools.options import Options
from release_tools.stages import Outcome


def preflight(
    project: Project, version: Version, tag: Tag, target: Target, config: Config, ledger: Ledger, source: Source,
    tagged: bool,  # noqa: FBT001 - a fact
    options: Options, clock: Clock, environment: Mapping[str, str], say: Callable[[str], None],
) -> Outcome:  # fmt: skip
    """Examine the credential of the target without leaving a trace there; a rehearsal needs none."""
    if target.rehearsal:
        return Outcome(ledger=ledger, status="nothing-to-do", reason="a rehearsal needs no account and no credential")
    # A rehearsal has ended by now, and has read none of these.
    from release_tools import required
    from release_tools.credentials.examination import STATE, Examination

    table = config.targets.get(target.name, TargetTable())
    if missing := [
        *_missing(target, tag, source, environment, tagged=tagged),
        *_no_credential(target, table, environment),
        *_no_tests(options, environment),
    ]:
        raise Refused(
            f"a release to {target.name} is not possible; still missing: {'; '.join(missing)}",
            state=STATE,
            fix="provide what is missing, or rehearse without a target: nox -s release",
        )
    required.require_held(
        table.requires, project, version, source, config, environment, ledger, offline=options.offline
    )
    credential = credentials.of(target, table, environment, clock, say)
    bound = _bound(target, ledger, options)
    if not options.offline and _is_published(project, version, target, ledger, source):
        line = (
            f"{target.name} holds every file of {version} already: nothing is left to be sent, no credential was asked"
        )
        return Outcome(ledger=ledger, summary=(line,), evidence={"proof": "not needed", "exists": True, **bound})
    examination = Examination(project=project, version=version, target=target, table=table, clock=clock, say=say)
    found = examination.of(credential, offline=options.offline)
    return Outcome(ledger=ledger, summary=found.lines, evidence={**found.evidence, **bound})


def _bound(target: Target, ledger: Ledger, options: Options) -> dict[str, str | bool | None]:
    """Return for what the examination is good, and whether it asked anybody: `publish` compares."""
    return {
        "upload_url": target.upload_url, "version": ledger.version, "tag": ledger.tag, "offline": options.offline,
    }  # fmt: skip


def _is_published(project: Project, version: Version, target: Target, ledger: Ledger, source: Source) -> bool:
    """Whether the index holds what `dist/` holds of this very commit; where it gives no answer, it is asked later."""
    from release_tools.adapters.index import Index
    from release_tools.verification.arrival import is_whole

    if (ledger.built.get("commit"), ledger.built.get("version")) != (source.commit, str(version)):
        return False
    try:
        return is_whole(ledger.distributions, Index(target).listing(project.normalized, version))
    except ServiceFailed:
        return False


def _missing(
    target: Target, tag: Tag, source: Source, environment: Mapping[str, str], *, tagged: bool
) -> Iterator[str]:
    if overlay.is_trial(target, tagged=tagged):
        if not overlay.is_on_default_branch(source, environment):
            yield f"the default branch, or a tag (this is {source.branch or 'no branch'})"
    elif not tagged:
        yield f"the tag {tag.name} on HEAD"
    if source.dirty:
        count = len(source.dirty)
        yield f"a clean tree ({count} path{'s' * (count > 1)} differ{'s' * (count == 1)})"
    if not target.upload_url:
        yield f"the address of {target.name}: install twine, which knows it, or give upload-url"


def _no_tests(options: Options, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield what will be missing after the build; sessions that run one by one get their proof from elsewhere."""
    if options.chain and environment.get(handed.UNTESTED):
        yield "a session that runs the tests (one of another name: register(nox, tests=NAME))"


def _no_credential(target: Target, table: TargetTable, environment: Mapping[str, str]) -> Iterator[str]:
    from release_tools.adapters import oidc

    token = credentials.token_of(target, environment)
    if credentials.kind(table, token) == "token":
        if token is None:
            yield f"a token in {target.token_variable}"
    elif not oidc.available(environment):
        wanted = "the identity of a workflow run (`permissions: id-token: write`)"
        yield wanted if table.publisher else f"{wanted}, or a token in {target.token_variable}"
