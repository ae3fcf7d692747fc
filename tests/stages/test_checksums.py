"""The stage `checksums`: the set in `dist/` is exact, and SHA256SUMS.txt is one that the usual programs take."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from release_tools import dist_folder
from release_tools import ledger as ledgers
from release_tools.adapters import files
from release_tools.errors import Refused
from release_tools.facts import project
from release_tools.ledger import Ledger, Record
from release_tools.model import Distribution, Kind
from release_tools.stages.checksums import checksums

WHEEL = "sample-1.0-py3-none-any.whl"
SDIST = "sample-1.0.tar.gz"
KINDS: dict[str, Kind] = {WHEEL: "wheel", SDIST: "sdist"}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """Give a folder with two distributions."""
    folder = tmp_path / "dist"
    folder.mkdir()
    for name in KINDS:
        (folder / name).write_bytes(name.encode() * 100)
    return folder


def listing(dist: Path) -> Ledger:
    """Return and write the ledger that lists the two distributions as they stand."""
    found = {name: files.digests(dist / name) for name in KINDS}
    distributions = tuple(
        Distribution(filename=name, kind=KINDS[name], size=size, sha256=sha256, blake2b_256=blake2b)
        for name, (size, sha256, blake2b) in found.items()
    )
    listed = {each.filename: each.sha256 for each in distributions}
    ledger = Ledger(project="sample", version="1.0", commit="0" * 40, distributions=distributions, files=listed)
    ledgers.write(ledger, dist)
    return ledger


def test_the_list_is_sorted_and_the_ledger_has_its_digest(dist: Path) -> None:
    """Its lines are told, and later stages hold the file against the ledger."""
    outcome = checksums(listing(dist), dist)
    rows = (dist / "SHA256SUMS.txt").read_text().splitlines()
    assert [row[66:] for row in rows] == sorted(KINDS)
    assert outcome.ledger.files["SHA256SUMS.txt"] == files.sha256(dist / "SHA256SUMS.txt")
    assert set(rows) <= set(outcome.summary)


def test_of_a_list_that_is_far_too_large_no_line_is_told(dist: Path) -> None:
    """It is not read for that."""
    ledger = checksums(listing(dist), dist).ledger
    (dist / "SHA256SUMS.txt").write_bytes(b"x" * (dist_folder.LARGEST + 1))
    with pytest.raises(Refused, match=r"SHA256SUMS\.txt was changed: its"):
        dist_folder.verify_exact(dist, ledger)


def test_a_second_run_writes_the_same_list(dist: Path) -> None:
    """Running it again changes no byte, also where the former list is gone or was changed."""
    once = checksums(listing(dist), dist).ledger
    content = (dist / "SHA256SUMS.txt").read_bytes()
    for spoil in (lambda: None, (dist / "SHA256SUMS.txt").unlink, lambda: (dist / "SHA256SUMS.txt").write_bytes(b"x")):
        spoil()
        assert checksums(once, dist).ledger == once
        assert (dist / "SHA256SUMS.txt").read_bytes() == content


def test_what_later_stages_write_is_part_of_the_set(dist: Path) -> None:
    """Notes and attestations may be there; once listed, their bytes count too."""
    ledger = listing(dist)
    (dist / "RELEASE_NOTES.md").write_text("notes")
    (dist / "attestations").mkdir()
    (dist / f"attestations/{WHEEL}.publish.attestation").write_text("{}")
    dist_folder.verify_exact(dist, ledger)
    noted = ledger.with_file("RELEASE_NOTES.md", files.sha256(dist / "RELEASE_NOTES.md"))
    dist_folder.verify_exact(dist, noted)
    (dist / "RELEASE_NOTES.md").write_text("other notes")
    with pytest.raises(Refused, match=r"RELEASE_NOTES\.md was changed"):
        dist_folder.verify_exact(dist, noted)


def test_a_leftover_of_a_killed_run_is_removed(dist: Path) -> None:
    """A temporary file of ours is no foreign file; a link of such a name is."""
    ledger = listing(dist)
    leftover = dist / f"{files.TEMPORARY}999999999-{WHEEL}"
    leftover.write_bytes(b"half")
    dist_folder.verify_exact(dist, ledger)
    assert not leftover.exists()
    leftover.symlink_to(WHEEL)
    with pytest.raises(Refused, match="not ours"):
        dist_folder.verify_exact(dist, ledger)


def test_a_file_that_another_run_is_writing_is_left_to_it(dist: Path) -> None:
    """As long as the process lives whose id it names; it is nothing of the release either."""
    being_written = dist / f"{files.TEMPORARY}{os.getppid()}-{WHEEL}"
    being_written.write_bytes(b"half")
    dist_folder.verify_exact(dist, listing(dist))
    assert being_written.read_bytes() == b"half"
    own = files.temporary(dist / WHEEL)
    own.write_bytes(b"half")
    dist_folder.verify_exact(dist, listing(dist))
    assert not own.exists()


def test_a_list_written_just_before_a_kill_is_ours(dist: Path) -> None:
    """`build` knows SHA256SUMS.txt by its content where the ledger could not list it any more."""
    ledger = listing(dist)
    checksums(ledger, dist)
    dist_folder.require_ours(dist, ledger)
    (dist / "SHA256SUMS.txt").write_bytes(b"0" * len(dist_folder.sums(ledger)))
    with pytest.raises(Refused, match=r"not ours: SHA256SUMS\.txt"):
        dist_folder.require_ours(dist, ledger)


def test_dist_is_a_real_folder(tmp_path: Path) -> None:
    """A link or a file named dist is refused and left alone; none at all is empty."""
    ledger = Ledger(project="sample", version="1.0", commit="0" * 40)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to("elsewhere")
    (tmp_path / "file").write_text("x")
    for name, kind in (("link", "a symbolic link"), ("file", "no folder")):
        with pytest.raises(Refused, match=kind):
            dist_folder.require_ours(tmp_path / name, ledger)
    dist_folder.require_ours(tmp_path / "absent", ledger)
    assert (tmp_path / "link").is_symlink()


def test_clearing_leaves_the_ledger(dist: Path) -> None:
    """Of all that is ours, only release.json stays."""
    listing(dist)
    (dist / "attestations").mkdir()
    (dist / "attestations/x").write_text("{}")
    dist_folder.clear(dist)
    assert [path.name for path in dist.iterdir()] == [ledgers.FILENAME]


def test_what_a_later_stage_writes_anew_may_be_gone(dist: Path) -> None:
    """The stages before the one that writes it go on, so that a chain can; those after it name that one."""
    name = f"attestations/{WHEEL}.publish.attestation"
    ledger = listing(dist).with_file(name, "0" * 64)
    for stage in ("draft", "attest"):
        dist_folder.verify_exact(dist, ledger, stage)
    with pytest.raises(Refused, match="misses files") as caught:
        dist_folder.verify_exact(dist, ledger, "publish")
    assert "nox -s attest, then what comes after it, all for the same RELEASE_TARGET" in caught.value.fix


def test_the_manifest_has_wheels_first(dist: Path) -> None:
    """The order of upload is wheels, then the sdist, whatever the ledger's order."""
    ledger = listing(dist)
    ledger = replace(ledger, distributions=ledger.distributions[::-1])
    ledgers.write(ledger, dist)
    manifest = project.manifest(dist, ledger.with_record("build", Record(status="passed", start="", duration=0)))
    assert [each.filename for each in manifest.distributions] == [WHEEL, SDIST]
    assert (manifest.folder, manifest.ledger_sha256) == (dist, ledgers.digest(dist))
