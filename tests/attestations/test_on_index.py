"""Which attestations an index must show of a release, by what the ledger tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest
from packaging.version import Version

from release_tools import attestations
from release_tools.adapters.index import Index
from release_tools.attestations import on_index
from release_tools.attestations.on_index import Attested
from release_tools.attestations.provenance import Expected
from release_tools.errors import Refused
from release_tools.ledger import Ledger, Record
from tests import loopback, signed, tiny
from tests.stubs.warehouse import Stored, Warehouse

WHEEL, SDIST = "tiny_sample-1.2.3-py3-none-any.whl", "tiny_sample-1.2.3.tar.gz"
EXPECTED = Expected(publisher=None, commit="c" * 40, ref="refs/tags/v1.2.3")
PASSED = Record(status="passed", start="", duration=0.0)
BECAUSE = replace(PASSED, status="nothing-to-do", evidence={"unattested": "the log was down"})
NOTHING = replace(PASSED, status="nothing-to-do")
NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)


def compared(folder: Path, ledger: Ledger | None, *attested: str, before: bool = False) -> Attested:
    """Compare a release of which some files are attested; the version before was attested, or is not there."""
    manifest, index = tiny.release(folder / "dist"), Warehouse(projects={tiny.NAME})
    for each in manifest.distributions:
        content = (manifest.folder / each.filename).read_bytes()
        index.files[each.filename] = Stored(each.filename, tiny.NAME, tiny.VERSION, content, NOW)
        if each.filename in attested:
            says = signed.attestation(each.filename, each.sha256, EXPECTED.commit, EXPECTED.ref)
            index.files[each.filename].attestations = [says]
    if before:
        name = "tiny_sample-1.2.2.tar.gz"
        index.files[name] = Stored(name, tiny.NAME, Version("1.2.2"), b"before", NOW, attestations=[{}])
    with loopback.serve(index) as stub:
        shown, name = Index(index.target(stub)), tiny.project(folder).normalized
        listing = shown.listing(name, tiny.VERSION)
        return on_index.compare(shown, name, tiny.VERSION, manifest, listing, EXPECTED, ledger)


def told(attest: Record, publish: Record = PASSED) -> Ledger:
    """Return a ledger that tells of a release to the index."""
    return tiny.ledger().with_record("attest", attest, "pypi").with_record("publish", publish, "pypi")


def test_what_was_attested_must_be_there(tmp_path: Path) -> None:
    """Though the version before had none: the ledger tells that this one has."""
    with pytest.raises(Refused, match=f"{WHEEL}, {SDIST} came to pypi without .* the ledger tells that all were"):
        compared(tmp_path, told(PASSED))
    assert compared(tmp_path, told(PASSED), WHEEL, SDIST).files == (WHEEL, SDIST)


@pytest.mark.parametrize("ledger", [None, tiny.ledger(), told(PASSED), told(BECAUSE), told(NOTHING)])
@pytest.mark.parametrize("attested", [WHEEL, SDIST])
def test_some_and_not_all_is_always_wrong(tmp_path: Path, ledger: Ledger | None, attested: str) -> None:
    """Whatever the ledger tells, and without one."""
    with pytest.raises(Refused, match=f"without attestation, {attested} came with one: all have one, or none has"):
        compared(tmp_path, ledger, attested)


@pytest.mark.parametrize("ledger", [told(BECAUSE), told(PASSED, BECAUSE)])
def test_a_release_without_by_decision_is_not_held_to_the_version_before(tmp_path: Path, ledger: Ledger) -> None:
    """Be it decided at `attest` or at `publish`: the reason stands in the ledger."""
    assert compared(tmp_path, ledger, before=True).files == ()


@pytest.mark.parametrize("ledger", [None, tiny.ledger(), told(NOTHING)])
def test_any_other_is(tmp_path: Path, ledger: Ledger | None) -> None:
    """Without a ledger, or with one that tells no reason; where that version had none, nothing is expected."""
    with pytest.raises(Refused, match=r"without attestation, 1\.2\.2 had some"):
        compared(tmp_path, ledger, before=True)
    assert compared(tmp_path, ledger).files == ()


def test_a_decision_that_a_failed_run_left_behind_is_none() -> None:
    """Who tries to attest after all has taken back that it goes without, also where that fails."""
    target = tiny.REHEARSAL
    failed = replace(BECAUSE, status="failed")
    assert attestations.without(tiny.ledger().with_record("attest", BECAUSE, target.name), target)
    assert not attestations.without(tiny.ledger().with_record("attest", failed, target.name), target)
