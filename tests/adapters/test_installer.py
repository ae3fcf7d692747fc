"""Fresh environments, filled by uv and by pip."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from release_tools.adapters import isolation, rehearsal_index
from release_tools.adapters.installer import Fresh, Pin
from release_tools.errors import Refused, ReleaseError, ServiceFailed
from release_tools.model import Manifest
from tests import loopback, tiny

Make = Callable[..., Fresh]
DUMP = "dumped"


@pytest.fixture(params=["uv", "pip"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Make environments that one of the two installers fills."""
    uv = isolation.find_uv(os.environ) if request.param == "uv" else None
    assert (uv is None) == (request.param == "pip")
    return lambda **variables: Fresh(tmp_path / "env", {**os.environ, **variables}, uv)


@contextmanager
def published(manifest: Manifest) -> Iterator[str]:
    """Serve a release and give the address of the simple index."""
    with rehearsal_index.serve(manifest.folder, "open" + "-sesame") as target:
        yield target.simple_url


def pin(manifest: Manifest, kind: str) -> Pin:
    """Return the pin of a kind of distribution."""
    digests = tuple(each.sha256 for each in manifest.distributions if each.kind == kind)
    return Pin(name=tiny.NAME, version=str(tiny.VERSION), sha256=digests, wheel=kind == "wheel")


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_either_file_installs_alone(fresh: Make, tmp_path: Path, kind: str) -> None:
    """Wheel and sdist each install from that index alone; modules, scripts and version are what was released."""
    manifest = tiny.release(tmp_path / "dist")
    place = fresh()
    with published(manifest) as simple_url:
        place.install(pin(manifest, kind), simple_url)
    found = place.look(tiny.NAME)
    assert (found.version, found.modules, found.scripts) == ("1.2.3", ("tiny_sample",), ("tiny",))
    assert place.call("tiny") == "--version"


def test_other_bytes_do_not_install(fresh: Make, tmp_path: Path) -> None:
    """The installer itself holds the file against the ledger's digest."""
    manifest = tiny.release(tmp_path / "dist")
    wrong = Pin(name=tiny.NAME, version=str(tiny.VERSION), sha256=("0" * 64,), wheel=True)
    with published(manifest) as simple_url, pytest.raises(Refused, match="does not install"):
        fresh().install(wrong, simple_url)


def test_an_sdist_that_fails_to_build_is_named(fresh: Make, tmp_path: Path) -> None:
    """What the backend said last stands in the error."""
    manifest = tiny.release(tmp_path / "dist", extra={"FAIL": "no compiler here"})
    with published(manifest) as simple_url, pytest.raises(Refused, match="sdist of tiny-sample"):
        fresh().install(pin(manifest, "sdist"), simple_url)


def test_the_project_is_never_taken_from_elsewhere(fresh: Make, tmp_path: Path) -> None:
    """No configured index, proxy or folder is asked for the project's own file, even when its index lacks it."""
    manifest = tiny.release(tmp_path / "dist")
    empty = tmp_path / "empty"
    empty.mkdir()
    with loopback.serve(loopback.never_asked) as trap, rehearsal_index.serve(empty, "open" + "-sesame") as target:
        variables = {
            **dict.fromkeys(("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX"), trap.url),
            **dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), trap.url),
            **dict.fromkeys(("PIP_FIND_LINKS", "UV_FIND_LINKS"), str(manifest.folder)),
        }
        with pytest.raises(Refused, match="does not install"):
            fresh(**variables).install(pin(manifest, "wheel"), target.simple_url)
    assert not trap.seen


def test_requirements_come_from_where_the_user_says(fresh: Make, tmp_path: Path) -> None:
    """A configured folder and no index: the requirement is found there."""
    manifest = tiny.release(tmp_path / "house")
    place = fresh(**offline(manifest.folder))
    place.add([f"{tiny.NAME}>=1"])
    assert place.look(tiny.NAME).version == "1.2.3"
    place.add([])


def test_a_requirement_that_nothing_meets_is_refused(fresh: Make, tmp_path: Path) -> None:
    """The project asks for what does not exist: that is for the project to mend."""
    manifest = tiny.release(tmp_path / "house")
    with pytest.raises(Refused, match=f"{tiny.NAME}>=9"):
        fresh(**offline(manifest.folder)).add([f"{tiny.NAME}>=9"])


def test_an_index_that_is_down_is_a_failed_service(fresh: Make) -> None:
    """Nobody answers where the user's index should be: running again is safe."""
    with loopback.serve(loopback.never_asked) as stub:
        pass
    variables = {
        "PIP_INDEX_URL": stub.url, "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "",
        "UV_DEFAULT_INDEX": stub.url, "UV_HTTP_RETRIES": "0", "UV_NO_CONFIG": "1", "UV_NO_CACHE": "1",
    }  # fmt: skip
    with pytest.raises(ServiceFailed, match="no-such-thing"):
        fresh(**variables).add(["no-such-thing"])


def test_the_build_sees_no_secret(fresh: Make, tmp_path: Path) -> None:
    """The backend of the sdist runs without tokens, without our variables and without the user's configuration."""
    manifest = tiny.release(tmp_path / "dist", extra={"DUMP": str(tmp_path / DUMP)})
    variables = {"SOME_API_TOKEN": "canary" + "-value", "RELEASE_TARGET": "canary" + "-target", "HARMLESS": "kept"}
    with published(manifest) as simple_url:
        fresh(**variables).install(pin(manifest, "sdist"), simple_url)
    dumped = (tmp_path / DUMP).read_text()
    assert "'HARMLESS': 'kept'" in dumped
    assert "canary" not in dumped


BROKEN: Mapping[str, tuple[dict[str, str], str]] = {
    "does not import": ({"tiny_sample.py": "import no_such_module\n"}, "import tiny_sample fails: ModuleNotFoundError"),
    "ends the interpreter": ({"tiny_sample.py": "import os; os._exit(7)\n"}, "did not survive it"),
    "has no such function": (
        {"tiny_sample.py": ""},
        "console script tiny exits with 1, with --version and with --help",
    ),
    "exits with 3": ({"tiny_sample.py": "def main(): raise SystemExit(3)\n"}, "console script tiny exits with 3"),
    "says why": ({"tiny_sample.py": "def main(): raise SystemExit('out of ink')\n"}, "out of ink"),
}


@pytest.mark.parametrize(("sources", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_what_does_not_work_is_named(tmp_path: Path, sources: dict[str, str], said: str) -> None:
    """An import that fails and a script that exits with anything but 0 stop the release, with their last words."""
    with pytest.raises(Refused, match=said):
        tried(tmp_path, tiny.release(tmp_path / "dist", sources))


def test_help_does_where_version_is_unknown(tmp_path: Path) -> None:
    """A script need not know both."""
    sources = {"tiny_sample.py": "import sys\ndef main(): return '--help' not in sys.argv\n"}
    assert tried(tmp_path, tiny.release(tmp_path / "dist", sources)) == ["--help"]


def test_scripts_of_extras_and_none_at_all(tmp_path: Path) -> None:
    """A script that needs an extra is not run; a wheel without modules has nothing to import."""
    manifest = tiny.release(tmp_path / "dist", {"ns/inner.py": ""}, {"tiny": "ns.inner:main [more]"})
    assert tried(tmp_path, manifest) == []


def test_a_script_that_hangs_is_ended(tmp_path: Path) -> None:
    """Each try has its time limit, and what did not end is named."""
    sources = {"tiny_sample.py": "import time\ndef main(): time.sleep(99)\n"}
    with pytest.raises(Refused, match="console script tiny does not end"):
        tried(tmp_path, tiny.release(tmp_path / "dist", sources), patience=0.5)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    """Neither a distribution nor a script is taken for granted because an installer said so."""
    place = Fresh(tmp_path / "env", os.environ, None)
    with pytest.raises(Refused, match="is not there"):
        place.look(tiny.NAME)
    with pytest.raises(Refused, match="not installed as a program"):
        place.call("tiny")


def tried(tmp_path: Path, manifest: Manifest, patience: float = 30) -> list[str]:
    """Install the wheel, look at it and call its scripts."""
    place = Fresh(tmp_path / "env", os.environ, isolation.find_uv(os.environ), patience)
    with published(manifest) as simple_url:
        place.install(pin(manifest, "wheel"), simple_url)
    return [place.call(script) for script in place.look(tiny.NAME).scripts]


WITHOUT_PIP = """
import os, sys
sys.modules["pip"] = None
from pathlib import Path
from release_tools.adapters.installer import Fresh
place = Fresh(Path(sys.argv[1]), os.environ, None)
place.add(["tiny-sample"])
place.add(["tiny-sample"])
print(place.look("tiny-sample").version)
"""


def test_without_uv_and_pip_the_environment_gets_its_own(tmp_path: Path) -> None:
    """Python brings a pip along for that."""
    house = tiny.release(tmp_path / "house").folder
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PIP, str(tmp_path / "env")],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **offline(house)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout == "1.2.3\n"


def offline(house: Path) -> dict[str, str]:
    """Return a configuration with one folder and no index."""
    return {
        "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(house), "PIP_CONFIG_FILE": os.devnull,
        "UV_NO_INDEX": "1", "UV_FIND_LINKS": str(house), "UV_NO_CONFIG": "1",
    }  # fmt: skip


def test_the_errors_say_what_to_do(tmp_path: Path) -> None:
    """Each of the three lines is there."""
    with pytest.raises(ReleaseError) as caught:
        Fresh(tmp_path / "env", os.environ, None).look(tiny.NAME)
    assert all((caught.value.what, caught.value.state, caught.value.fix))


def test_an_index_that_does_not_answer_says_nothing_of_the_file(tmp_path: Path) -> None:
    """What could not be downloaded is not broken: nobody is told to mend or to yank it."""
    wheel = tiny.release(tmp_path / "made").distributions[0]

    def answer(handler: loopback.Handler, _stub: loopback.Stub) -> None:
        link = f'<a href="http://127.0.0.1:1/{wheel.filename}#sha256={wheel.sha256}">{wheel.filename}</a>'
        handler.say(200, link.encode(), Content_Type="text/html")

    pin = Pin(name=tiny.NAME, version="1.2.3", sha256=(wheel.sha256,), wheel=True)
    fresh = Fresh(tmp_path / "fresh", dict(os.environ), isolation.find_uv(dict(os.environ)))
    with loopback.serve(answer) as stub, pytest.raises(ServiceFailed, match="does not install"):
        fresh.install(pin, f"{stub.url}simple/")
