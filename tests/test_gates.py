"""Evidence is the gate: each piece of it that is missing stops a stage, and with all of it none is stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from release_tools import gates, pipeline
from release_tools import ledger as ledgers
from release_tools.adapters.git import Git
from release_tools.errors import Conflict, Refused, UsageError
from release_tools.ledger import Ledger, Record
from release_tools.model import Distribution, Source, Target
from release_tools.options import Options
from release_tools.supply import Supply
from tests import running
from tests.adapters.repositories import commit, made
from tests.rows import publishing
from tests.samples import git

PASSED = Record(status="passed", start="2026", duration=1.0, evidence={"posargs": [], "mode": "tag", "todo": []})
EXAMINED = replace(PASSED, evidence={"version": "1", "tag": None, "offline": False})
FAILED = Record(status="failed", start="2026", duration=1.0, exit_code=3, reason="two tests failed")
WHEEL = "a-1-py3-none-any.whl"
REHEARSAL = Target(name="rehearsal", upload_url="", simple_url="")
HOUSE = replace(REHEARSAL, name="house")
CLEAN = Source(
    root=Path(),
    commit="c",
    commit_time=0,
    branch=None,
    default_branch=None,
    dirty=(),
    shallow=False,
    remote=None,
)
GATED = [stage for stage in pipeline.STAGES if stage.gates]
EXACT = [stage for stage in GATED if "checksums" in stage.gates]
TESTED = [stage for stage in GATED if "build" in stage.gates and stage.name != "checksums"]


def whole(dist: Path) -> Ledger:
    """Make a `dist/` with a file and a ledger in which everything has passed."""
    dist.mkdir()
    content = b"wheel"
    (dist / WHEEL).write_bytes(content)
    row = Distribution(
        filename=WHEEL, kind="wheel", size=5, sha256=hashlib.sha256(content).hexdigest(), blake2b_256="0"
    )
    stages = dict.fromkeys(("validate", "tests", "build", "checksums"), PASSED)
    return Ledger(
        project="a",
        version="1",
        commit="c",
        distributions=(row,),
        files={WHEEL: row.sha256},
        stages=stages,
        targets={"house": {"preflight": EXAMINED}},
    )


def ask(stage: pipeline.Stage, ledger: Ledger, dist: Path, target: Target = HOUSE, **options: Any) -> None:  # noqa: ANN401
    """Ask the gates of a stage, with the ledger in place and the tree clean unless `source` says otherwise."""
    ledgers.write(ledger, dist)
    source = options.pop("source", CLEAN)
    tagged = options.pop("tagged", True)
    given = Options(command=stage.name, **options)
    facts = {"ledger": ledger, "dist": dist, "target": target, "options": given, "source": source}
    gates.require(stage, Supply((), **facts, git=Git(dist.parent), say=print, tagged=tagged, environment={}))


def refusal(stage: pipeline.Stage, ledger: Ledger, dist: Path, target: Target = HOUSE, **options: Any) -> str:  # noqa: ANN401
    """Return what a gate refuses; every refusal says that nothing was done and what to do."""
    with pytest.raises(Refused) as refused:
        ask(stage, ledger, dist, target, **options)
    assert "nothing was" in refused.value.state
    assert refused.value.fix
    return refused.value.what


def names(stages: list[pipeline.Stage]) -> pytest.MarkDecorator:
    """Return a case for each of some stages."""
    return pytest.mark.parametrize("stage", stages, ids=lambda stage: stage.name)


@pytest.mark.parametrize(
    ("mode", "branch", "words"),
    [
        ("branch", "main", ""),
        ("branch", "topic", "a trial is made of the default branch"),
        ("tag", "main", "validate judged in mode tag"),
        ("rehearsal", "main", "validate judged in mode rehearsal"),
    ],
)
def test_a_trial_is_of_a_branch_that_was_judged_as_one(tmp_path: Path, mode: str, branch: str, words: str) -> None:
    """Without a tag the trial index takes the default branch alone, and no evidence of anything else."""
    trial, stage = replace(HOUSE, name="testpypi"), pipeline.stage_named("build")
    judged = replace(PASSED, evidence={"mode": mode, "todo": []})
    ledger = whole(tmp_path / "dist").with_record("validate", judged)
    source = replace(CLEAN, branch=branch, default_branch="main")
    if words:
        assert words in refusal(stage, ledger, tmp_path / "dist", trial, source=source, tagged=False)
    else:
        ask(stage, ledger, tmp_path / "dist", trial, source=source, tagged=False)


@pytest.mark.parametrize("name", ["attest", "publish", "verify"])
def test_offline_nobody_is_asked(tmp_path: Path, name: str) -> None:
    """A stage that cannot do without others refuses; a rehearsal has all of them here."""
    made(tmp_path)
    stage, ledger = pipeline.stage_named(name), whole(tmp_path / "dist")
    with pytest.raises(UsageError, match=f"{name} has to ask others than this machine") as refused:
        ask(stage, ledger, tmp_path / "dist", offline=True)
    assert refused.value.fix.endswith(f"RELEASE_TARGET=house nox -s {name}")
    ask(stage, ledger, tmp_path / "dist", REHEARSAL, offline=True)


@pytest.mark.parametrize("name", ["preflight", "publish", "verify"])
def test_a_tag_that_was_moved_stops_what_a_real_index_is_asked_for(tmp_path: Path, name: str) -> None:
    """The tag of the ledger is held against the tag of now; a remote that does not answer is only told."""
    made(tmp_path)
    tagged = commit(tmp_path)
    stage, source = pipeline.stage_named(name), replace(CLEAN, remote="./nowhere")
    examined = replace(EXAMINED, evidence={**EXAMINED.evidence, "tag": "v1"})
    ledger = replace(whole(tmp_path / "dist"), tag="v1", tag_object=tagged).with_record("preflight", examined, "house")
    with pytest.raises(Conflict, match="the tag v1 is gone here"):
        ask(stage, ledger, tmp_path / "dist", source=source)
    git(tmp_path, "tag", "v1")
    ask(stage, ledger, tmp_path / "dist", source=source)
    ask(stage, replace(ledger, tag_object="0" * 40), tmp_path / "dist", REHEARSAL, source=source)


def test_what_to_type_names_the_target(tmp_path: Path) -> None:
    """Without it the command would rehearse, and the gate would stay shut."""
    made(tmp_path)
    ledger = whole(tmp_path / "dist")
    publish = pipeline.stage_named("publish")
    for without, command in (
        (replace(ledger, targets={}), "first RELEASE_TARGET=house nox -s preflight, or"),
        (ledger.with_record("tests", FAILED), "first RELEASE_TARGET=house nox -s tests, or"),
        (ledger.with_record("validate", replace(PASSED, evidence={"mode": "branch"})), "tag a clean commit, then: REL"),
    ):
        with pytest.raises(Refused) as refused:
            ask(publish, without, tmp_path / "dist")
        assert refused.value.fix.startswith(command)


def test_a_credential_is_examined_for_one_address(tmp_path: Path) -> None:
    """Where the target leads elsewhere since, nothing is sent there before it is examined again."""
    made(tmp_path)
    publish, house = pipeline.stage_named("publish"), replace(HOUSE, upload_url="https://house.example/")
    ledger = whole(tmp_path / "dist")
    here = replace(EXAMINED, evidence={**EXAMINED.evidence, "upload_url": "https://house.example/"})
    ask(publish, ledger.with_record("preflight", here, "house"), tmp_path / "dist", house)
    elsewhere = ledger.with_record("preflight", replace(PASSED, evidence={"upload_url": "https://x.example/"}), "house")
    said = refusal(publish, elsewhere, tmp_path / "dist", house)
    assert said == "publish was not run: preflight failed: was for another address of house"


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        ({}, "was not for 1"),
        ({"version": "1"}, "was not for v1"),
        ({"version": "2", "tag": "v2"}, "was not for v1"),
        ({"version": "1", "tag": "v1", "offline": True}, "asked nobody (--offline)"),
        ({"version": "1", "tag": "v1", "offline": False}, ""),
    ],
)
def test_a_credential_is_examined_for_one_version(tmp_path: Path, evidence: dict[str, Any], why: str) -> None:
    """`validate` keeps the record: one of another version or tag, of an older ledger, or made offline does not do."""
    made(tmp_path)
    publish, tag = pipeline.stage_named("publish"), "v1" if evidence else None
    ledger = replace(whole(tmp_path / "dist"), tag=tag).with_record(
        "preflight", replace(PASSED, evidence=evidence), "house"
    )
    if why:
        assert refusal(publish, ledger, tmp_path / "dist") == f"publish was not run: preflight failed: {why}"
    else:
        ask(publish, ledger, tmp_path / "dist")


def test_a_stage_that_was_not_run_changes_no_record(tmp_path: Path) -> None:
    """What is known of its former run stays, and so does the digest by which the ledger was handed over."""
    target = Target(name=publishing.HOUSE, upload_url="https://house.example/", simple_url="https://house.example/s/")
    root = publishing.make(tmp_path, publishing.settings(target))
    before = ledgers.path_in(root / "dist").read_bytes()
    done = running.stage(root, "verify", "--target", publishing.HOUSE, env={"RELEASE_LEDGER_SHA256": "0" * 64})
    assert "RELEASE_LEDGER_SHA256 says 000" in running.three_lines(done)[0]
    assert ledgers.path_in(root / "dist").read_bytes() == before


@names(GATED)
@pytest.mark.parametrize("target", [REHEARSAL, HOUSE], ids=lambda target: target.name)
def test_with_all_evidence_no_gate_speaks(tmp_path: Path, stage: pipeline.Stage, target: Target) -> None:
    """Where everything passed for these bytes, every stage may run."""
    ledger = whole(tmp_path / "dist")
    ask(stage, ledger, tmp_path / "dist", target)
    idle = ledger.with_record("checksums", replace(PASSED, status="nothing-to-do"))
    ask(stage, idle, tmp_path / "dist", target)


def test_a_stage_without_gates_asks_for_nothing(tmp_path: Path) -> None:
    """The first stage, and the end of the chain, need no ledger to stand on."""
    for stage in (pipeline.STAGES[0], pipeline.RELEASE):
        gates.require(stage, Supply(()))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("record", "how"),
    [
        (None, "has not run for this commit"),
        (FAILED, "failed: two tests failed"),
        (replace(FAILED, reason=""), "failed: see above"),
        (replace(PASSED, status="skipped", reason="no Python 3.9"), "skipped: no Python 3.9"),
    ],
)
@names(GATED)
def test_each_piece_of_evidence_is_needed(
    tmp_path: Path, stage: pipeline.Stage, record: Record | None, how: str
) -> None:
    """Without the record of an earlier stage, or with one that is no pass, a stage refuses and names both."""
    ledger = whole(tmp_path / "dist")
    for gate in stage.gates:
        stages = {name: each for name, each in ledger.stages.items() if name != gate}
        without = replace(ledger, stages=stages | ({gate: record} if record else {}))
        assert refusal(stage, without, tmp_path / "dist") == f"{stage.name} was not run: {gate} {how}"


@names([stage for stage in GATED if stage.name != "preflight"])
def test_a_real_release_needs_a_judged_tag_on_a_clean_tree(tmp_path: Path, stage: pipeline.Stage) -> None:
    """A rehearsal's list of things to do, a branch's verdict and a changed tree stop a real target only."""
    ledger, dist = whole(tmp_path / "dist"), tmp_path / "dist"
    branch = ledger.with_record("validate", replace(PASSED, evidence={"mode": "branch", "todo": []}))
    left = ledger.with_record("validate", replace(PASSED, evidence={"mode": "tag", "todo": ["commit"]}))
    dirty = replace(CLEAN, dirty=("changed.py",))
    assert "validate judged in mode branch" in refusal(stage, branch, dist)
    assert "left to do before the tag" in refusal(stage, left, dist)
    assert "changed.py" in refusal(stage, ledger, dist, source=dirty)
    assert "no tag was on HEAD" in refusal(stage, ledger, dist, tagged=False)
    for each in (branch, left):
        ask(stage, each, dist, REHEARSAL)
    ask(stage, ledger, dist, REHEARSAL, source=dirty)


def test_an_upload_to_a_real_target_needs_its_own_preflight(tmp_path: Path) -> None:
    """The credential was examined for this very target; a rehearsal has none to examine."""
    ledger, dist, publish = whole(tmp_path / "dist"), tmp_path / "dist", pipeline.stage_named("publish")
    for targets in ({}, {"house": {"preflight": FAILED}}, {"pypi": {"preflight": PASSED}}):
        without = replace(ledger, targets=targets)
        assert refusal(publish, without, dist).startswith("publish was not run: preflight ")
        ask(publish, without, dist, REHEARSAL)


@names(TESTED)
def test_a_real_release_needs_proof_of_all_tests(tmp_path: Path, stage: pipeline.Stage) -> None:
    """Failed tests stop every release; tests that did not run, or not all, stop a real one only."""
    ledger = whole(tmp_path / "dist")
    dist = tmp_path / "dist"
    chosen = replace(PASSED, evidence={"posargs": ["-k", "one"]})
    absent = replace(ledger, stages={name: each for name, each in ledger.stages.items() if name != "tests"})
    for unproved in (absent, ledger.with_record("tests", chosen)):
        assert "nothing proves that all tests passed" in refusal(stage, unproved, dist)
        ask(stage, unproved, dist, REHEARSAL)
    for target in (REHEARSAL, HOUSE):
        failed = ledger.with_record("tests", FAILED)
        assert "tests failed: two tests failed" in refusal(stage, failed, dist, target)


@names(EXACT)
def test_a_ledger_handed_over_is_that_very_one(tmp_path: Path, stage: pipeline.Stage) -> None:
    """Where the digest of the ledger came by another way, another ledger is refused; its case makes no difference."""
    ledger = whole(tmp_path / "dist")
    dist = tmp_path / "dist"
    ledgers.write(ledger, dist)
    right = ledgers.digest(dist)
    ask(stage, ledger, dist, ledger_sha256=right)
    ask(stage, ledger, dist, ledger_sha256=right.upper())
    assert right in refusal(stage, ledger, dist, ledger_sha256=right[-8:])
    what = refusal(stage, ledger, dist, ledger_sha256="0" * 64)
    assert right in what
    assert "0" * 64 in what


def flip(dist: Path) -> None:
    """Change one bit of the wheel."""
    content = bytearray((dist / WHEEL).read_bytes())
    content[0] ^= 1
    (dist / WHEEL).write_bytes(content)


def link(dist: Path) -> None:
    """Put a link to equal bytes in place of the wheel."""
    (dist / WHEEL).rename(dist.parent / "elsewhere")
    (dist / WHEEL).symlink_to(dist.parent / "elsewhere")


SPOILT: dict[str, Callable[[Path], object]] = {
    "one bit": flip,
    "missing": lambda dist: (dist / WHEEL).unlink(),
    "foreign file": lambda dist: (dist / "foreign").write_text("x"),
    "folder": lambda dist: (dist / "folder").mkdir(),
    "link": link,
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
@names(EXACT)
def test_only_exactly_these_bytes_go_on(tmp_path: Path, stage: pipeline.Stage, spoil: Callable[[Path], None]) -> None:
    """A `dist/` that is not what the ledger lists, to the bit, is refused."""
    ledger = whole(tmp_path / "dist")
    spoil(tmp_path / "dist")
    with pytest.raises(Refused) as refused:
        ask(stage, ledger, tmp_path / "dist")
    assert str(tmp_path / "dist") in refused.value.what


def test_the_order_of_the_stages_is_the_agreed_one() -> None:
    """The gates of each stage stand before it, and the irreversible stages ask for the exact bytes."""
    for position, stage in enumerate(pipeline.STAGES):
        assert set(stage.gates) <= set(pipeline.NAMES[:position])
    assert {"draft", "attest", "publish", "verify"} <= {stage.name for stage in EXACT}
    assert [pipeline.stage_named(name) for name in pipeline.NAMES] == list(pipeline.STAGES)
    assert pipeline.stage_named("release") is pipeline.RELEASE
