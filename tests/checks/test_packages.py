"""The checks of whether a wheel holds all of its packages: each fires on its fault and is silent without it."""

from __future__ import annotations

import pytest

from release_tools.checks import Check, packages
from release_tools.model import Finding
from tests import judged
from tests.archives import SDIST, TOP, WHEEL, sdist_bytes, wheel_bytes
from tests.checks.facts_for import found
from tests.identity.releases import Files, traced

EVERY = (packages.package_complete, packages.package_data_complete)


def of(check: Check, commit: Files) -> list[Finding]:
    """Return what a check says of a release whose wheel lacks what was added to the commit."""
    return found(check, losses={WHEEL: traced(commit).loss})


@pytest.mark.parametrize("check", EVERY, ids=lambda check: check.id)
def test_a_wheel_that_holds_all_passes(check: Check) -> None:
    """So does one of which nothing is known."""
    assert of(check, {}) == []
    assert found(check, losses={}) == []


def test_lost_modules_are_named() -> None:
    """A module of a package is an error, one of a folder that is none a warning."""
    lost, loose = of(packages.package_complete, {"sample_project/core.py": b"a", "sample_project/tools/gen.py": b"b"})
    assert (lost.severity, lost.file) == ("error", WHEEL)
    assert lost.message == "modules of the package are not in the wheel: sample_project/core.py"
    assert loose.severity == "warning"
    assert "sample_project/tools/gen.py" in loose.message


def test_lost_data_is_a_warning() -> None:
    """What the sdist has of a package's data, the wheel should have too."""
    (finding,) = of(packages.package_data_complete, {"sample_project/py.typed": b"", "sample_project/a.json": b"{}"})
    assert (finding.severity, finding.file) == ("warning", WHEEL)
    assert finding.message.endswith("the wheel has not: sample_project/py.typed, sample_project/a.json")


def beside(**files: bytes) -> list[tuple[str, str]]:
    """Return what is said of a wheel beside an sdist that holds some files more."""
    sdist = judged.read(SDIST, sdist_bytes({f"{TOP}/sample_project/{name}": each for name, each in files.items()}))
    findings = judged.findings(judged.read(WHEEL, wheel_bytes()), sdist)
    return [(each.check, each.severity) for each in findings]


def test_an_sdist_tells_what_its_wheel_lost() -> None:
    """Where both are given, the commit is not needed; the other way round nothing is lost."""
    assert beside() == []
    assert beside(**{"py.typed": b""}) == [("package-data-complete", "warning")]
    assert beside(**{"core.py": b"x = 1\n"}) == [("package-complete", "error")]


def test_files_of_other_releases_are_not_compared() -> None:
    """Neither those of another version, nor those of another project."""
    wheel = judged.read(WHEEL, wheel_bytes())
    for change in (b"Version: 1.2.4", b"Version: 1.2.3x"):
        told = b"Metadata-Version: 2.4\nName: Sample.Project\n" + change + b"\n"
        other = judged.read("sample_project-1.2.4.tar.gz", sdist_bytes({
            f"{TOP}/PKG-INFO": told, f"{TOP}/sample_project/py.typed": b"",
        }))  # fmt: skip
        assert "package-data-complete" not in [each.check for each in judged.findings(wheel, other)]
