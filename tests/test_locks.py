"""The hash-locked lists are current, complete and spell no address."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from release_tools import environment, pipeline

PIN = re.compile(r"(?m)^([A-Za-z0-9._-]+)==(\S+)(?: ; (.*?))?(?: \\)?$")


def script() -> ModuleType:
    """Return the script that writes the lists."""
    spec = importlib.util.spec_from_file_location("write_locks", Path(__file__).parent / "locks/write.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LISTS = list(script().lists())


@pytest.mark.parametrize(("path", "requirements"), LISTS, ids=lambda value: getattr(value, "name", ""))
def test_a_list_is_what_its_requirements_ask_for(path: Path, requirements: list[str]) -> None:
    """The first line names today's requirements, and a pin satisfies each of them."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith(script().header(requirements)), "run: python tests/locks/write.py"
    pins = {canonicalize_name(name): Version(version) for name, version, _ in PIN.findall(text)}
    for line in requirements:
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate():
            assert pins[canonicalize_name(wanted.name)] in wanted.specifier, line


@pytest.mark.parametrize(("path", "requirements"), LISTS, ids=lambda value: getattr(value, "name", ""))
def test_every_pin_has_a_hash_and_no_address(path: Path, requirements: list[str]) -> None:
    """Nothing is installed by name alone, and no list says where from."""
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", text.partition("\n")[2])
    assert all("--hash=sha256:" in block for block in blocks if block.strip())
    assert "://" not in text
    assert bool(blocks) or not requirements


def test_every_session_of_ours_has_its_list() -> None:
    """No session installs what is not locked."""
    for stage in (*pipeline.STAGES, pipeline.RELEASE):
        if stage.name != "tests":
            assert environment.lock_of(stage.name).is_file(), stage.name


def test_only_the_rehearsal_brings_the_index_into_publish() -> None:
    """The environment that holds the credential has the uploader's closure and no server."""
    assert "pypiserver" not in (environment.LOCKS / "publish.txt").read_text()
    assert "pypiserver" in (environment.LOCKS / "publish-rehearsal.txt").read_text()
