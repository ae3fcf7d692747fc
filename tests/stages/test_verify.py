"""The stage `verify`: what strangers get, from a real index, into real environments."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from release_tools.config import Config
from release_tools.errors import Conflict, NotYetVisible, Refused, UsageError
from release_tools.ledger import Ledger
from release_tools.model import Manifest, Tag, Target
from release_tools.options import Options
from release_tools.stages import Outcome
from release_tools.stages.verify import verify
from release_tools.verification.expectation import Expectation
from release_tools.verification.trial import require_version
from tests import loopback, tiny
from tests.clocks import FakeClock

WHEEL, SDIST = "tiny_sample-1.2.3-py3-none-any.whl", "tiny_sample-1.2.3.tar.gz"


def published(folder: Path, manifest: Manifest) -> Path:
    """Put a release where a rehearsal's publish leaves it, and return that folder."""
    index = folder / "cache/index"
    index.mkdir(parents=True)
    for each in manifest.distributions:
        shutil.copy(manifest.folder / each.filename, index)
    return index


def verified(
    folder: Path,
    manifest: Manifest,
    variables: Mapping[str, str] | None = None,
    ledger: Ledger | None = None,
    target: Target = tiny.REHEARSAL,
) -> Outcome:
    """Verify what lies on the rehearsal's index, or on another, on a clock that costs no time."""
    found = verify(
        project=tiny.project(folder),
        version=tiny.VERSION,
        tag=Tag(name="v1.2.3", version=tiny.VERSION, commit="0" * 40, object_id="0" * 40),
        ref="refs/tags/v1.2.3",
        expected=Expectation(manifest=manifest, by="the ledger"),
        release_page=None,
        target=target,
        ledger=ledger or tiny.ledger(published=True),
        config=Config(),
        cache=folder / "cache",
        clock=FakeClock(),
        options=Options(command="verify"),
        say=lambda _line: None,
        environment={**os.environ, **(variables or {})},
    )
    assert isinstance(found, Outcome)
    return found


def test_a_good_release_is_verified(tmp_path: Path) -> None:
    """Bytes, installation, imports and scripts, wheel and sdist each; no thread is left behind."""
    manifest = tiny.release(tmp_path / "dist")
    published(tmp_path, manifest)
    before = threading.active_count()
    outcome = verified(tmp_path, manifest)
    assert outcome.evidence == {
        "bytes": {each.filename: each.sha256 for each in manifest.distributions},
        "compared_with": "the ledger",
        "attested": [],
        "installed": ["wheel", "sdist"],
        "imports": ["tiny_sample"],
        "scripts": ["tiny --version"],
    }
    assert outcome.summary == (
        "2 files on rehearsal equal the ledger byte for byte",
        "wheel: installed, imported tiny_sample, ran tiny --version",
        "sdist: installed, imported tiny_sample, ran tiny --version",
    )
    assert threading.active_count() <= before


def test_nobody_but_its_own_index_is_asked(tmp_path: Path) -> None:
    """A release that needs nothing asks no configured index, through no proxy."""
    manifest = tiny.release(tmp_path / "dist")
    published(tmp_path, manifest)
    with loopback.serve(loopback.never_asked) as trap:
        names = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY")
        verified(tmp_path, manifest, dict.fromkeys(names, trap.url))
    assert not trap.seen


def test_namespace_packages_and_what_holds_no_module(tmp_path: Path) -> None:
    """The modules within a namespace are what is imported; with none at all, installing is the proof."""
    for number, (sources, imports) in enumerate(
        [
            ({"space/inner/__init__.py": "", "space/other.py": ""}, ["space.inner", "space.other"]),
            ({"data.txt": ""}, []),
        ]
    ):
        folder = tmp_path / str(number)
        manifest = tiny.release(folder / "dist", sources, scripts={})
        published(folder, manifest)
        assert verified(folder, manifest).evidence["imports"] == imports


def test_requirements_are_installed_first(tmp_path: Path) -> None:
    """They come from the user's own index, here a folder, and the project's module finds them."""
    house = tmp_path / "house"
    house.mkdir()
    metadata = "Metadata-Version: 2.1\nName: needed\nVersion: 1.0\n"
    from tests.tiny_backend import write_wheel

    write_wheel(house, metadata, {"needed.py": "def main(): pass\n"}, "")
    sources = {"tiny_sample.py": "from needed import main\n"}
    manifest = tiny.release(tmp_path / "dist", sources, requires=("needed>=1", "never; python_version < '3'"))
    published(tmp_path, manifest)
    by_uv = {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(house), "UV_NO_CONFIG": "1"}
    by_pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(house), "PIP_CONFIG_FILE": os.devnull}
    assert verified(tmp_path, manifest, by_uv | by_pip).evidence["installed"] == ["wheel", "sdist"]


@pytest.fixture
def chain(tmp_path: Path) -> dict[str, str]:
    """Give the configuration that finds `middle`, which needs `needed`, in a folder."""
    from tests.tiny_backend import write_wheel

    house = tmp_path / "house"
    house.mkdir()
    head = "Metadata-Version: 2.1\nVersion: 1.0\n"
    write_wheel(house, f"{head}Name: needed\n", {"Needed/__init__.py": "", "Needed/part.py": "def main(): pass\n"}, "")
    write_wheel(house, f"{head}Name: middle\nRequires-Dist: needed\n", {"middle.py": ""}, "")
    by_uv = {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(house), "UV_NO_CONFIG": "1"}
    return by_uv | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(house), "PIP_CONFIG_FILE": os.devnull}


def test_an_import_that_is_nowhere_declared_is_a_warning(tmp_path: Path, chain: dict[str, str]) -> None:
    """It works by chance, in wheel and sdist; it is named once, and the release goes on."""
    sources = {
        "tiny_sample/__init__.py": "def main(): pass\n",
        "tiny_sample/deep.py": "\nfrom Needed.part import main\n",
    }
    scripts = {"tiny": "tiny_sample:main"}
    manifest = tiny.release(tmp_path / "dist", sources, scripts, requires=("middle",))
    published(tmp_path, manifest)
    outcome = verified(tmp_path, manifest, chain)
    assert [(each.check, each.severity, each.message, each.member) for each in outcome.findings] == [
        (
            "imports-declared",
            "warning",
            "tiny_sample/deep.py:2 imports Needed, a module of needed, installed only because of middle",
            "tiny_sample/deep.py",
        )
    ]
    assert outcome.evidence["installed"] == ["wheel", "sdist"]


def test_an_import_that_is_declared_is_silent(tmp_path: Path, chain: dict[str, str]) -> None:
    """The same project that says what it needs; so is an import of nothing that was ever reached, if it is guarded."""
    sources = {
        "tiny_sample/__init__.py": "def main(): pass\n",
        "tiny_sample/deep.py": "from Needed import part\ntry:\n    import gone\nexcept ImportError:\n    gone = None\n",
        "tiny_sample/tests/test_deep.py": "import pytest\n",
    }
    scripts = {"tiny": "tiny_sample:main"}
    manifest = tiny.release(tmp_path / "dist", sources, scripts, requires=("middle", "needed"))
    published(tmp_path, manifest)
    assert verified(tmp_path, manifest, chain).findings == ()


def test_an_import_of_nothing_that_was_never_reached_is_a_warning(tmp_path: Path) -> None:
    """A module that nobody imported when the project was tried, and that nobody can."""
    sources = {"tiny_sample/__init__.py": "def main(): pass\n", "tiny_sample/deep.py": "import os, gone\n"}
    manifest = tiny.release(tmp_path / "dist", sources, {"tiny": "tiny_sample:main"})
    published(tmp_path, manifest)
    assert [each.message for each in verified(tmp_path, manifest).findings] == [
        "tiny_sample/deep.py:1 imports gone, which nothing that was installed provides"
    ]


@pytest.mark.parametrize("record", [None, "failed"])
def test_what_was_not_published_is_refused(tmp_path: Path, record: str | None) -> None:
    """Without proof of the publication there is nothing to verify; it says what to run first."""
    ledger = tiny.ledger(published=True)
    passed = ledger.record("publish", "rehearsal")
    assert passed
    ledger = ledger.with_record("publish", replace(passed, status="failed"), "rehearsal") if record else tiny.ledger()
    with pytest.raises(Refused) as caught:
        verified(tmp_path, tiny.release(tmp_path / "dist"), ledger=ledger)
    assert caught.value.fix == "publish first: nox -s publish"
    assert not (tmp_path / "cache").exists()


def test_an_index_of_which_nobody_knows_the_address_is_refused_at_once(tmp_path: Path) -> None:
    """Nothing is waited for that cannot come; who knows the address is named."""
    manifest = tiny.release(tmp_path / "dist")
    with pytest.raises(UsageError, match="the address of pypi is not known here") as caught:
        verified(tmp_path, manifest, target=Target(name="pypi", upload_url="", simple_url=""))
    assert "install twine" in caught.value.fix


def test_a_real_index_is_read_where_it_is(tmp_path: Path) -> None:
    """The target's own address is asked, whoever published there; half an hour later it still holds nothing."""
    with loopback.serve(loopback.says(404)) as stub, pytest.raises(NotYetVisible, match="stub does not list"):
        verified(tmp_path, tiny.release(tmp_path / "dist"), target=stub.target())
    assert set(loopback.urls(stub)) == {"GET /simple/tiny-sample/"}
    assert len(stub.seen) > 20


def test_an_extra_file_is_refused(tmp_path: Path) -> None:
    """A file of this version that nobody here built is named, and nothing is installed."""
    manifest = tiny.release(tmp_path / "dist")
    index = published(tmp_path, manifest)
    shutil.copy(index / WHEEL, index / "tiny_sample-1.2.3-1-py3-none-any.whl")
    with pytest.raises(Refused, match=r"not in the ledger: tiny_sample-1\.2\.3-1-py3-none-any\.whl"):
        verified(tmp_path, manifest)


def test_a_missing_file_is_not_yet_visible(tmp_path: Path) -> None:
    """What the index does not list is named, with the count of what it does."""
    manifest = tiny.release(tmp_path / "dist")
    (published(tmp_path, manifest) / SDIST).unlink()
    with pytest.raises(NotYetVisible, match=SDIST) as caught:
        verified(tmp_path, manifest)
    assert caught.value.state.startswith("1 of 2 files")


def test_other_bytes_are_a_conflict(tmp_path: Path) -> None:
    """One bit on the index other than in the ledger, and both digests are told."""
    manifest = tiny.release(tmp_path / "dist")
    stored = published(tmp_path, manifest) / SDIST
    content = bytearray(stored.read_bytes())
    content[-1] ^= 1
    stored.write_bytes(content)
    with pytest.raises(Conflict, match=manifest.distributions[1].sha256):
        verified(tmp_path, manifest)


def test_bytes_that_differ_from_what_is_listed_are_a_conflict(tmp_path: Path) -> None:
    """An index that lists the right digest and serves something else is found out by the download."""
    manifest = tiny.release(tmp_path / "dist")
    listed = loopback.ScriptedIndex([], {each.filename: each.sha256 for each in manifest.distributions})

    def other(handler: loopback.Handler, stub: loopback.Stub) -> None:
        if stub.seen[-1][1].startswith("/simple/"):
            listed(handler, stub)
        else:
            handler.say(200, b"x" * manifest.distributions[0].size)

    with loopback.serve(other) as stub, pytest.raises(Conflict, match=f"{WHEEL} has other bytes on stub"):
        verified(tmp_path, manifest, target=stub.target())


@pytest.mark.parametrize(
    ("release", "said"),
    [
        ({"sources": {"tiny_sample.py": "import no_such_module\n"}}, "import tiny_sample fails"),
        ({"sources": {"tiny_sample.py": "def main(): raise SystemExit(1)\n"}}, "console script tiny exits with 1"),
        ({"extra": {"FAIL": "out of ink"}}, "the sdist of tiny-sample 1.2.3 does not install"),
        ({"extra": {"src/tiny_sample.py": "1 / 0\n"}}, "import tiny_sample fails: ZeroDivisionError"),
        ({"requires": ("not a requirement",)}, "needs something that is no requirement"),
    ],
)
def test_what_does_not_work_is_refused(tmp_path: Path, release: dict[str, dict[str, str]], said: str) -> None:
    """A file that does not install, import or run stops the release; nothing of the trial is left."""
    manifest = tiny.release(tmp_path / "dist", **release)  # type: ignore[arg-type]
    published(tmp_path, manifest)
    with pytest.raises(Refused, match=said) as caught:
        verified(tmp_path, manifest)
    assert caught.value.state
    assert caught.value.fix


def test_nothing_of_the_trial_is_left(tmp_path: Path) -> None:
    """The environment in which an import failed is gone when that is told."""
    manifest = tiny.release(tmp_path / "dist", {"tiny_sample.py": "1 / 0\n"})
    published(tmp_path, manifest)
    with pytest.raises(Refused) as caught:
        verified(tmp_path, manifest)
    place = re.search(r"\S+tiny_sample\.py", caught.value.what)
    assert place
    assert not Path(place[0]).parent.exists()


def test_a_wheel_for_another_machine_is_compared_and_not_installed(tmp_path: Path) -> None:
    """Its bytes are proved, and it is said that it was not installed."""
    manifest = tiny.release(tmp_path / "dist")
    foreign = manifest.folder / "tiny_sample-1.2.3-cp39-cp39-win32.whl"
    (manifest.folder / WHEEL).rename(foreign)
    manifest = tiny.manifest(foreign, manifest.folder / SDIST)
    published(tmp_path, manifest)
    outcome = verified(tmp_path, manifest)
    assert outcome.evidence["installed"] == ["sdist"]
    assert outcome.summary[-1] == "wheel: none of this release fits this machine, so none was installed"


def test_an_sdist_alone_says_what_it_needs(tmp_path: Path) -> None:
    """Where there is no wheel, the requirements stand in the sdist."""
    manifest = tiny.release(tmp_path / "dist", requires=("no-such-thing",))
    manifest = tiny.manifest(manifest.folder / SDIST)
    published(tmp_path, manifest)
    offline = {"UV_NO_INDEX": "1", "UV_NO_CONFIG": "1", "UV_FIND_LINKS": str(tmp_path)}
    with pytest.raises(Refused, match="no-such-thing"):
        verified(tmp_path, manifest, offline)


def test_the_version_that_is_installed_must_be_the_one(tmp_path: Path) -> None:
    """Installers compare it too; nobody relies on that."""
    require_version("wheel", "1.2.3.0", tiny.VERSION)
    with pytest.raises(Refused, match=r"version 1\.2\.4, not 1\.2\.3"):
        require_version("wheel", "1.2.4", Version("1.2.3"))
    assert not list(tmp_path.iterdir())
