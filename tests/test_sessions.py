"""What `register` promises a noxfile."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import nox
import nox.registry
import pytest

from release_tools import pipeline
from release_tools.sessions import HELPERS, register

CHAIN = [name for name in pipeline.NAMES if name != "tests"]
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def noxfile() -> Iterator[ModuleType]:
    """Give nox without any session, as a noxfile finds it."""
    nox.registry.reset()
    yield nox
    nox.registry.reset()


def requires() -> list[str]:
    """Return what the session `release` requires."""
    return nox.registry.get()["release"].requires


def define_tests(name: str = "tests", python: list[str] | None = None) -> None:
    """Define a project's own session."""

    @nox.session(name=name, python=python)
    def own(session: nox.Session) -> None:
        """Run the project's tests."""


def test_all_sessions_of_the_chain_appear_and_none_is_default(noxfile: ModuleType) -> None:
    """A noxfile without tests gets every link but tests, and nothing runs by a bare `nox`."""
    register(noxfile)
    assert list(nox.registry.get()) == [*CHAIN, "release", *HELPERS]
    assert not any(function.default for function in nox.registry.get().values())
    assert requires() == CHAIN


def test_only_release_requires_anything(noxfile: ModuleType) -> None:
    """Every other session runs alone, so that a CI job can run one of them."""
    define_tests()
    register(noxfile)
    assert requires() == list(pipeline.NAMES)
    assert not any(nox.registry.get()[name].requires for name in CHAIN)


def test_the_docstring_is_the_title_of_the_stage(noxfile: ModuleType) -> None:
    """`nox -l` shows the title of each stage."""
    register(noxfile)
    shown = {name: function.__doc__ for name, function in nox.registry.get().items()}
    titled = (*pipeline.STAGES, pipeline.RELEASE, *pipeline.HELPERS)
    assert shown == {stage.name: stage.title for stage in titled if stage.name != "tests"}


@pytest.mark.parametrize("name", [*CHAIN, "release"])
def test_a_taken_name_is_an_error_that_names_the_way_out(noxfile: ModuleType, name: str) -> None:
    """Nox would silently drop the project's session, so register raises and names the session and names=."""
    define_tests(name)
    with pytest.raises(ValueError, match=rf"session '{name}'.*names=\{{\"{name}\""):
        register(noxfile)


def test_a_renamed_session_leaves_the_projects_own_alone(noxfile: ModuleType) -> None:
    """With names= the project keeps its session and the chain uses ours under the other name."""
    define_tests("build")
    own = nox.registry.get()["build"]
    register(noxfile, names={"build": "build-dists"})
    assert nox.registry.get()["build"] is own
    assert "build-dists" in requires()
    assert "build" not in requires()


def test_renaming_what_is_not_ours_is_an_error(noxfile: ModuleType) -> None:
    """A mistyped name in names= is found at once."""
    with pytest.raises(ValueError, match="'biuld', which is none of ours"):
        register(noxfile, names={"biuld": "x"})


def test_two_sessions_under_one_name_are_an_error(noxfile: ModuleType) -> None:
    """Two of ours cannot share a name."""
    with pytest.raises(ValueError, match="the same name"):
        register(noxfile, names={"build": "x", "draft": "x"})


def test_of_several_pythons_the_running_one_is_the_evidence(noxfile: ModuleType) -> None:
    """A missing interpreter would fail the chain in CI and be skipped elsewhere; the running one is always there."""
    define_tests(python=["3.8", RUNNING])
    register(noxfile)
    assert f"tests-{RUNNING}" in requires()
    assert "tests" not in requires()


def test_without_the_running_python_all_variants_are_required(noxfile: ModuleType) -> None:
    """Where the project does not test the running Python, the whole session is the link."""
    define_tests(python=["2.7"])
    register(noxfile)
    assert "tests" in requires()


@pytest.mark.parametrize("name", ["unit", "unit-3.13", "unit(django='5')", "unit-3.13(django='5')"])
def test_the_project_names_its_tests_session(noxfile: ModuleType, name: str) -> None:
    """tests= takes a session of any name, and one variant of a parametrised one."""
    define_tests("unit", python=["3.12", "3.13"])
    register(noxfile, tests=name)
    assert name in requires()


def test_a_tests_session_that_is_not_there_is_an_error(noxfile: ModuleType) -> None:
    """tests= must name a session that exists when register is called."""
    with pytest.raises(ValueError, match="tests='unit' names no session"):
        register(noxfile, tests="unit")


def test_helpers_that_do_not_exist_are_an_error(noxfile: ModuleType) -> None:
    """helpers= lists known sessions only."""
    with pytest.raises(ValueError, match="helpers= has 'gurad'"):
        register(noxfile, helpers=["gurad"])


@pytest.mark.parametrize(
    ("helpers", "there"), [(True, set(HELPERS)), (False, set()), ([], set()), (["secrets"], {"secrets"})]
)
def test_helpers_can_be_left_out(noxfile: ModuleType, helpers: bool | list[str], there: set[str]) -> None:  # noqa: FBT001
    """The chain is there with or without the helpers, of which only those wanted are."""
    register(noxfile, helpers=helpers)
    assert "release" in nox.registry.get()
    assert set(HELPERS) & set(nox.registry.get()) == there


def test_a_helper_makes_way_for_the_projects_own(noxfile: ModuleType, caplog: pytest.LogCaptureFixture) -> None:
    """A session beside the chain is never worth a conflict; a note names the command that stands in."""
    define_tests("secrets")
    own = nox.registry.get()["secrets"]
    with caplog.at_level("INFO", logger="nox"):
        register(noxfile)
    assert nox.registry.get()["secrets"] is own
    assert "the session secrets is the project's own; ours is: release-tools secrets" in caplog.text


def test_a_helper_can_be_renamed(noxfile: ModuleType, caplog: pytest.LogCaptureFixture) -> None:
    """names= works for the sessions beside the chain too, and then there is nothing to note."""
    define_tests("secrets")
    with caplog.at_level("INFO", logger="nox"):
        register(noxfile, names={"secrets": "look-for-secrets"})
    assert "look-for-secrets" in nox.registry.get()
    assert not caplog.text


def test_registering_twice_in_one_process_works_after_a_reset(noxfile: ModuleType) -> None:
    """In script mode nox executes the noxfile twice; both times every session is there."""
    register(noxfile)
    nox.registry.reset()
    register(noxfile)
    assert list(nox.registry.get()) == [*CHAIN, "release", *HELPERS]
