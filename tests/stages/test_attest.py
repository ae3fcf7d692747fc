"""The stage `attest`, and what `publish` asks of attestations: rows P21 and P22. The signer is a fake."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from release_tools import attestations, dist_folder
from release_tools.adapters import sending, signing
from release_tools.adapters.clock import Clock
from release_tools.adapters.index import Patience
from release_tools.attestations import sidecars
from release_tools.config import Config, Publisher, TargetTable
from release_tools.errors import Refused, ServiceFailed
from release_tools.facts import attested as facts_attested
from release_tools.ledger import Ledger, Record
from release_tools.model import GoAhead, Tag, Target
from release_tools.options import Options
from release_tools.stages import Outcome
from release_tools.stages.attest import attest
from tests import loopback, tiny
from tests.clocks import FakeClock
from tests.signed import attestation
from tests.stubs.warehouse import Token, Warehouse

COMMIT, REF = "c" * 40, "refs/tags/v1.2.3"
TAG = Tag(name="v1.2.3", version=tiny.VERSION, commit=COMMIT, object_id=COMMIT)
PYPI = Target(name="pypi", upload_url="", simple_url="", token_variable="PYPI_API_TOKEN")  # noqa: S106 - a name
TRUSTED = Config(
    targets={"pypi": TargetTable(publisher=Publisher(repository="o/p", workflow="r.yml", environment="pypi"))}
)
NAMES = [
    f"attestations/{name}.publish.attestation"
    for name in ("tiny_sample-1.2.3-py3-none-any.whl", "tiny_sample-1.2.3.tar.gz")
]


@dataclass
class FakeSigner:
    """Signs as the service does, but for `down` seconds of its clock and but for what `says` changes.

    What it gives differs from the real thing in the signature alone, which nobody but the real service can make.
    """

    clock: Clock
    down: float = 0.0
    says: Mapping[str, str] = field(default_factory=dict)
    garbage: str = ""
    asked: int = 0
    verified: list[tuple[list[str], Publisher | None]] = field(default_factory=list)

    def sign(self, paths: Sequence[Path]) -> dict[str, str]:
        """Return an attestation for each file."""
        self.asked += 1
        if self.clock.monotonic() < self.down:
            raise ServiceFailed("the log is down", state="nothing was signed", fix="run the same command again")
        return {path.name: self.garbage or json.dumps(self._of(path)) for path in paths}

    def verify(self, paths: Sequence[Path], signed: Mapping[str, str], publisher: Publisher | None) -> None:
        """Note what was to be verified; what the real one refuses has tests of its own."""
        assert set(signed) == {path.name for path in paths}
        self.verified.append(([path.name for path in paths], publisher))

    def _of(self, path: Path) -> dict[str, Any]:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return attestation(**{"filename": path.name, "sha256": sha256, "commit": COMMIT, "ref": REF, **self.says})


@dataclass
class Scene:
    """A release that is about to be attested."""

    folder: Path
    signer: FakeSigner = field(default_factory=lambda: FakeSigner(FakeClock()))
    config: Config = TRUSTED
    environment: Mapping[str, str] = field(default_factory=dict)
    options: Options = field(default_factory=lambda: Options(command="attest"))
    before: Ledger = field(default_factory=tiny.ledger)

    def __post_init__(self) -> None:
        self.manifest = tiny.release(self.folder / "dist")

    def attested(self, target: Target = PYPI) -> Outcome:
        """Run the stage."""
        return attest(
            manifest=self.manifest, target=target, tag=TAG, ref=REF, config=self.config, ledger=self.before,
            dist=self.folder / "dist", clock=self.signer.clock, signer=self.signer, options=self.options,
            environment=self.environment, say=lambda _line: None,
        )  # fmt: skip

    def ledger(self) -> Ledger:
        """Return the ledger once the stage has passed."""
        outcome = self.attested()
        record = Record(status="passed", start="", duration=0.0, evidence=outcome.evidence)
        ledger = replace(outcome.ledger, distributions=self.manifest.distributions)
        return ledger.with_record("attest", record, "pypi")

    def found(self, ledger: Ledger) -> Mapping[str, Path]:
        """Return what publish would send beside the files."""
        return facts_attested.attestations(
            self.manifest, PYPI, TAG, REF, self.config, ledger, self.options, self.environment
        )

    def written(self) -> list[str]:
        """Return the attestations that stand in `dist/`."""
        return [f"attestations/{path.name}" for path in sorted((self.folder / "dist").glob("attestations/*"))]


def test_every_file_has_its_attestation_before_anything_is_sent(tmp_path: Path) -> None:
    """Sidecars stand in their folder, the ledger lists each with its digest, and `dist/` is exact with them."""
    scene = Scene(tmp_path)
    ledger = scene.ledger()
    assert scene.written() == NAMES
    assert {name: ledger.files[name] for name in NAMES} == {
        name: hashlib.sha256((tmp_path / "dist" / name).read_bytes()).hexdigest() for name in NAMES
    }
    dist_folder.verify_exact(tmp_path / "dist", ledger)
    assert list(scene.found(ledger)) == [each.filename for each in scene.manifest.distributions]


def test_a_second_run_keeps_what_is_signed(tmp_path: Path) -> None:
    """Nothing is signed twice: each signature stands in a public log."""
    scene = Scene(tmp_path)
    scene.attested()
    before = {name: (tmp_path / "dist" / name).read_bytes() for name in NAMES}
    assert "signed before, verified and kept" in scene.attested().summary[0]
    assert scene.signer.asked == 1
    names = [each.filename for each in scene.manifest.distributions]
    assert scene.signer.verified == [(names, TRUSTED.targets["pypi"].publisher)]
    assert before == {name: (tmp_path / "dist" / name).read_bytes() for name in NAMES}


@pytest.mark.parametrize(
    ("target", "config", "environment", "reason"),
    [
        (tiny.REHEARSAL, TRUSTED, {}, "the identity of a CI job"),
        (PYPI, Config(), {"PYPI_API_TOKEN": "open" + "-sesame"}, "without trusted publishing"),
        (PYPI, Config(targets={"pypi": TargetTable(credentials="token")}), {}, "without trusted publishing"),
    ],
)
def test_where_there_is_nothing_to_sign(
    tmp_path: Path, target: Target, config: Config, environment: dict[str, str], reason: str
) -> None:
    """It says why, writes nothing, and publish asks for none either."""
    scene = Scene(tmp_path, config=config, environment=environment)
    outcome = scene.attested(target)
    assert (outcome.status, scene.signer.asked, scene.written()) == ("nothing-to-do", 0, [])
    assert reason in outcome.reason
    assert target is tiny.REHEARSAL or scene.found(tiny.ledger()) == {}


def removed(folder: Path, ledger: Ledger) -> Ledger:
    """Remove one sidecar."""
    (folder / NAMES[1]).unlink()
    return ledger


def altered(folder: Path, ledger: Ledger) -> Ledger:
    """Change one sidecar by a bit."""
    content = (folder / NAMES[0]).read_bytes()
    (folder / NAMES[0]).write_bytes(content[:-2] + b" }")
    return ledger


def doubled(folder: Path, ledger: Ledger) -> Ledger:
    """Put a second attestation of the same kind beside the first."""
    (folder / NAMES[0]).with_suffix(".again").write_bytes((folder / NAMES[0]).read_bytes())
    return ledger


@pytest.mark.parametrize("change", [removed, altered, doubled])
def test_p21_what_stands_in_dist_is_what_was_signed(tmp_path: Path, change: Callable[[Path, Ledger], Ledger]) -> None:
    """A sidecar that is missing, changed or double is refused by the gate before any request."""
    scene = Scene(tmp_path)
    ledger = change(tmp_path / "dist", scene.ledger())
    with pytest.raises(Refused) as caught:
        dist_folder.verify_exact(tmp_path / "dist", ledger)
    assert "attestations/" in caught.value.what
    assert "nothing was" in caught.value.state


FOREIGN: dict[str, tuple[dict[str, str], str]] = {
    "of-other-bytes": ({"sha256": "0" * 64}, "it is for SHA-256 000"),
    "of-another-file": ({"filename": "other-1.0.tar.gz"}, "it is for other-1.0.tar.gz"),
    "of-a-trial": ({"ref": "refs/heads/main"}, "signed on ref refs/heads/main, not refs/tags/v1.2.3"),
    "of-another-commit": ({"commit": "d" * 40}, "signed on commit dddd"),
    "of-another-kind": ({"kind": "https://example.com/other"}, "unknown kind"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_p21_an_attestation_of_something_else_is_neither_kept_nor_sent(tmp_path: Path, case: str) -> None:
    """Stale ones of a trial, foreign ones, ones of other bytes: refused with the difference, and nothing is written."""
    says, words = FOREIGN[case]
    scene = Scene(tmp_path)
    scene.signer.says = says
    with pytest.raises(Refused) as caught:
        scene.attested()
    assert words in caught.value.what
    assert scene.written() == []
    scene.signer.says = {}
    ledger = scene.ledger()
    path = tmp_path / "dist" / NAMES[0]
    path.write_text(json.dumps(attestation(**{
        "filename": path.name.removesuffix(".publish.attestation"), "commit": COMMIT, "ref": REF,
        "sha256": scene.manifest.distributions[0].sha256, **says,
    })))  # fmt: skip
    with pytest.raises(Refused) as caught:
        scene.found(ledger)
    assert words in caught.value.what
    assert "no request was made" in caught.value.state


@pytest.mark.parametrize("text", ["", "{}", "[", '{"envelope": {"statement": "bm8="}}', "[" * 100_000])
def test_p22_a_signer_that_returns_garbage(tmp_path: Path, text: str) -> None:
    """It is refused, and nothing of it is written."""
    scene = Scene(tmp_path)
    scene.signer.garbage = text or "x"
    with pytest.raises(Refused, match="is not this release's"):
        scene.attested()
    assert scene.written() == []


def test_p22_a_signer_that_is_down_for_a_minute(tmp_path: Path) -> None:
    """It is asked again, and all files are signed in the end."""
    scene = Scene(tmp_path)
    scene.signer.down = 60
    scene.attested()
    assert scene.written() == NAMES
    assert 60 <= scene.signer.clock.monotonic() < 180


def test_p22_in_real_time(tmp_path: Path) -> None:
    """The same on the clock of this machine, for some seconds."""
    scene = Scene(tmp_path, FakeSigner(Clock()))
    scene.signer.down = scene.signer.clock.monotonic() + 2
    scene.attested()
    assert scene.written() == NAMES
    assert scene.signer.asked > 1


def test_p22_a_signer_that_is_down_for_long(tmp_path: Path) -> None:
    """The release stops before anything is sent: exit 5, nothing half attested, the way out named."""
    scene = Scene(tmp_path)
    scene.signer.down = 45 * 60
    with pytest.raises(ServiceFailed, match="the log is down"):
        scene.attested()
    assert scene.signer.clock.monotonic() <= 600
    assert scene.written() == []
    with pytest.raises(Refused, match="nothing proves that this release is attested") as caught:
        scene.found(tiny.ledger())
    assert "RELEASE_UNATTESTED=1 and RELEASE_BECAUSE=TEXT" in caught.value.fix


def test_p22_without_attestations_by_decision(tmp_path: Path) -> None:
    """Who says so, and why, goes on without any; the reason stands in the ledger."""
    scene = Scene(tmp_path, options=Options(command="publish", unattested=True, because="the log is down"))
    scene.signer.down = 45 * 60
    outcome = scene.attested()
    assert (outcome.status, outcome.reason) == ("nothing-to-do", "unattested, because the log is down")
    assert scene.found(tiny.ledger()) == {}
    record = Record(status=outcome.status, start="", duration=0.0, evidence=outcome.evidence)
    scene.options = Options(command="publish")
    assert scene.found(tiny.ledger().with_record("attest", record, "pypi")) == {}


def test_attestations_travel_with_their_files(tmp_path: Path) -> None:
    """The index receives each with its file, as the form has it."""
    scene = Scene(tmp_path)
    index = Warehouse(tokens={"open-sesame": Token(trusted=True, projects=frozenset({tiny.NAME}))})
    index.projects.add(tiny.NAME)
    paths = scene.found(scene.ledger())
    with loopback.serve(index) as stub:
        answers = sending.upload(
            index.target(stub), GoAhead(target="pypi", ledger_sha256=tiny.LEDGER), scene.manifest,
            scene.manifest.distributions, "open-sesame", {}, Patience(connect=5, silence=5, total=60),
            attestations=paths,
        )  # fmt: skip
    assert [answer.status for answer in answers] == [200, 200]
    for each in scene.manifest.distributions:
        assert index.files[each.filename].attestations == [json.loads(paths[each.filename].read_text())]


def test_without_its_library_the_signer_says_what_to_install(tmp_path: Path) -> None:
    """The tests' environment has it not: three lines, no traceback."""
    with pytest.raises(Refused, match="what signs attestations is not installed") as caught:
        signing.Sigstore({}).sign([tmp_path / "x"])
    assert "nox -s attest" in caught.value.fix


def test_a_link_is_no_attestation(tmp_path: Path) -> None:
    """What leads elsewhere is not read."""
    scene = Scene(tmp_path)
    ledger = scene.ledger()
    (tmp_path / "dist" / NAMES[0]).rename(tmp_path / "elsewhere")
    (tmp_path / "dist" / NAMES[0]).symlink_to(tmp_path / "elsewhere")
    assert len(sidecars.read(scene.manifest)) == 1
    with pytest.raises(Refused, match="there is none"):
        scene.found(ledger)


@pytest.mark.parametrize("change", [0, 1])
def test_a_sidecar_that_is_no_text_is_refused(tmp_path: Path, change: int) -> None:
    """Bytes of no text are told as every other attestation that cannot be read."""
    scene = Scene(tmp_path)
    ledger = scene.ledger()
    (tmp_path / "dist" / NAMES[change]).write_bytes(b"\xff\xfe{}")
    for run in (scene.attested, lambda: scene.found(ledger)):
        with pytest.raises(Refused, match="is not this release's: it cannot be read"):
            run()


UNATTESTED = Options(command="publish", unattested=True, because="the log is down")


def interrupted(ledger: Ledger, **evidence: str) -> Ledger:
    """Return the ledger of a run that ended while it sent."""
    record = Record(status="failed", start="", duration=0.0, evidence={"sending": ["x"], **evidence})
    return ledger.with_record("publish", record, "pypi")


@pytest.mark.parametrize("kept", ["record", "files"])
def test_after_one_file_went_out_with_its_attestation_none_goes_without(tmp_path: Path, kept: str) -> None:
    """Whether the ledger still holds the record of `attest`, or the sidecars alone; before that, it is a choice."""
    scene = Scene(tmp_path)
    ledger = scene.ledger()
    scene.options = UNATTESTED
    assert scene.found(ledger) == {}
    ledger = interrupted(ledger if kept == "record" else replace(ledger, targets={}))
    scene.before = ledger
    for run in (scene.attested, lambda: scene.found(ledger)):
        with pytest.raises(Refused, match="sent to pypi with attestations; the others are not sent without") as caught:
            run()
        assert "nothing was sent" in caught.value.state
    scene.options = Options(command="publish")
    assert kept == "files" or len(scene.found(ledger)) == 2


@pytest.mark.parametrize("options", [UNATTESTED, Options(command="publish")])
def test_after_one_file_went_out_without_none_goes_with(tmp_path: Path, options: Options) -> None:
    """The next run goes on as the first began, with the flag and without; nothing is signed in vain."""
    scene = Scene(tmp_path)
    ledger = interrupted(scene.ledger(), unattested="the log is down")
    scene.options = options
    assert scene.found(ledger) == {}
    scene.before = ledger
    outcome = scene.attested()
    assert (outcome.status, outcome.evidence) == ("nothing-to-do", {"unattested": "the log is down"})


def test_the_reason_stays_with_what_was_sent() -> None:
    """`publish` keeps it, also where a later run without the flag sends nothing; a rehearsal has none to keep."""
    ledger, plain = tiny.ledger(), Options(command="publish")
    assert attestations.told(ledger, PYPI, plain) == {}
    assert attestations.told(ledger, PYPI, UNATTESTED) == {"unattested": "the log is down"}
    assert attestations.told(interrupted(ledger, unattested="why"), PYPI, plain) == {"unattested": "why"}
    assert attestations.told(ledger, tiny.REHEARSAL, UNATTESTED) == {}
