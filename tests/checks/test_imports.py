"""What an installed project may import: what is its own, what it asks for, and nothing that comes along by chance."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from release_tools import checks
from release_tools.config import Config
from release_tools.supply import Supply
from release_tools.verification.installed import Installation, Use


def told(requires: Mapping[str, tuple[str, ...]], *uses: tuple[str, tuple[str, ...]]) -> list[str]:
    """Return what the check says of a project `own` that imports some modules."""
    given = tuple(Use(file="own.py", line=1, module=module, owners=owners) for module, owners in uses)
    installation = Installation(name="own", requires=requires, uses=given)
    found = list(checks.findings(checks.of(checks.INSTALLED), Supply((), installation=installation), Config()))
    assert {each.severity for each in found} <= {"warning"}
    return [each.message for each in found]


YAML = ("yaml.nodes", ("pyyaml",))
DECLARED = {
    "plainly": ("PyYAML>=6",),
    "under another spelling": ("pyyaml",),
    "by a marker": ("PyYAML; python_version < '3'",),
    "by an extra": ("PyYAML; extra == 'yaml'",),
    "by an extra of another": ("middle[yaml]",),
}


@pytest.mark.parametrize("case", DECLARED)
def test_what_is_asked_for_is_silent(case: str) -> None:
    """Any condition counts, and so does an extra that the project asks another for."""
    requires = {"own": DECLARED[case], "middle": ("PyYAML; extra == 'yaml'",), "pyyaml": ()}
    assert told(requires, YAML) == []


def test_what_comes_along_is_named_with_who_brought_it() -> None:
    """One finding for a distribution, whatever modules of it are imported; others may ask oddly."""
    requires = {"own": ("middle",), "middle": ("PyYAML", "odd (=> 1) !"), "other": ("pyyaml>=1",), "pyyaml": ()}
    requires["third"] = ("pyyaml; extra == 'more'",)
    assert told(requires, YAML, ("yaml", ("pyyaml",))) == [
        "own.py:1 imports yaml, a module of pyyaml, installed only because of middle, other"
    ]


def test_what_an_extra_brought_is_named_where_nobody_always_needs_it() -> None:
    """An extra of somebody in between may have been asked for."""
    requires = {"own": ("middle",), "middle": ("other[more]",), "other": ("pyyaml; extra == 'more'",), "pyyaml": ()}
    assert told(requires, YAML) == ["own.py:1 imports yaml, a module of pyyaml, installed only because of other"]


def test_what_only_the_build_brought_is_named() -> None:
    """Nobody who is installed needs it."""
    assert told({"own": (), "pyyaml": ()}, YAML) == [
        "own.py:1 imports yaml, a module of pyyaml, installed only because of the build"
    ]


def test_one_of_several_owners_is_enough() -> None:
    """Where two distributions have the module, the project may ask for either."""
    assert told({"own": ("two",), "one": (), "two": ("one",)}, ("shared", ("one", "two"))) == []


def test_what_is_not_there_is_named_where_all_is_installed() -> None:
    """With an extra left out the module may be that one's, so nothing is said."""
    assert told({"own": ()}, ("gone.deep", ())) == ["own.py:1 imports gone, which nothing that was installed provides"]
    assert told({"own": ("some; extra == 'more'",)}, ("gone.deep", ())) == []
