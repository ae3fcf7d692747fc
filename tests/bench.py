"""What we promise about speed, beside the same work by hand: `nox -s bench`, or `-- NAME` for one of them.

Each figure is the median of several runs, both sides in turn. It judges nothing: a benchmark is no timed test.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests import running, samples  # noqa: E402 - the path comes first

RUNS = 5
EMPTY = "import nox\n\n\n@nox.session\ndef empty(session):\n    pass\n"
GIGABYTE = 1 << 30


def timed(*sides: Callable[[], object], runs: int = RUNS) -> list[float]:
    """Return the median seconds of each side, run in turn after one warm-up."""
    seconds: list[list[float]] = [[] for _ in sides]
    for run in range(runs + 1):
        for side, row in zip(sides, seconds, strict=True):
            since = time.perf_counter()
            side()
            if run:
                row.append(time.perf_counter() - since)
    return [statistics.median(row) for row in seconds]


def call(*command: str, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a command that must pass."""
    done = subprocess.run(command, cwd=cwd, env=env or running.environment(), capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout.decode()}{done.stderr.decode()}")
    return done


def row(figure: str, value: str, promise: str) -> None:
    """Print one figure."""
    print(f"{figure:58} {value:>22}   {promise}", flush=True)  # noqa: T201 - a benchmark prints


def listing(folder: Path) -> None:
    """`nox -l` beside the same with an empty noxfile."""
    (folder / "empty").mkdir()
    (folder / "empty/noxfile.py").write_text(EMPTY)
    ours, empty = timed(
        lambda: call(sys.executable, "-m", "nox", "-l", cwd=ROOT),
        lambda: call(sys.executable, "-m", "nox", "-l", cwd=folder / "empty"),
    )
    row("nox -l over an empty noxfile's", f"+{ours - empty:.3f} s", "at most 0.15 s")
    ours, bare = timed(
        lambda: call(sys.executable, "-c", "import release_tools.sessions", cwd=ROOT),
        lambda: call(sys.executable, "-c", "pass", cwd=ROOT),
        runs=15,
    )
    row("import release_tools.sessions over bare Python", f"+{ours - bare:.3f} s", "under 0.05 s")


def hashing(folder: Path) -> None:
    """Digests of two files of 1 GB, beside sha256sum of both."""
    paths = [folder / "one", folder / "two"]
    block = os.urandom(1 << 20)
    for path in paths:
        with path.open("wb") as file:
            for _ in range(GIGABYTE // len(block)):
                file.write(block)
    program = (
        "import sys; from pathlib import Path; from release_tools.dist_folder import sha256_of; "
        "print(sha256_of(Path(sys.argv[1]), sys.argv[2:]))"
    )
    names = [path.name for path in paths]
    ours, theirs = timed(
        lambda: call(sys.executable, "-c", program, str(folder), *names, cwd=ROOT),
        lambda: call("sha256sum", *names, cwd=folder),
        runs=3,
    )
    row("checksums of 2 x 1 GB: ours / sha256sum", f"{ours:.2f} / {theirs:.2f} s", "at least twice as fast")
    row("  times as fast", f"{theirs / ours:.2f}", "2.0 or more")
    peak = program + "; import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    done = call(sys.executable, "-c", peak, str(folder), *names, cwd=ROOT)
    row("  peak memory", f"{int(done.stdout.split()[-1]) / 1024:.0f} MB", "under 50 MB")


def rehearsal(folder: Path) -> None:
    """Time a warm rehearsal of the hatchling sample, beside the same work by hand."""
    root = samples.make("hatchling", folder / "sample")
    nox = (sys.executable, "-m", "nox")
    stages: dict[str, list[float]] = {}

    def ours() -> None:
        # As --rebuild: nothing is left that could be kept.
        shutil.rmtree(root / "dist", ignore_errors=True)
        call(*nox, "-s", "release", cwd=root)
        ledger = running.ledger(root)
        for name, record in {**ledger["stages"], **ledger["targets"]["rehearsal"]}.items():
            stages.setdefault(name, []).append(record["duration"])

    def by_hand() -> None:
        by_hand_in(root, folder / "by-hand")

    fast, slow = timed(ours, by_hand)
    row("warm rehearsal: ours / by hand", f"{fast:.2f} / {slow:.2f} s", "")
    row("  ratio", f"{fast / slow:.2f}", "1.0 or less")
    for name, seconds in stages.items():
        row(f"    {name}", f"{statistics.median(seconds[1:]):.3f} s", "")


def by_hand_in(root: Path, folder: Path) -> None:
    """Do by hand what a rehearsal does: tests, two builds, check, sums, an index, upload, install both, import."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    env = running.environment(SOURCE_DATE_EPOCH="1768046400")
    # The project's own session, the same on both sides.
    call(sys.executable, "-m", "nox", "-s", "tests", cwd=root, env=env)
    for number in ("1", "2"):
        call("git", "clone", "-q", str(root), str(folder / f"clone{number}"), cwd=folder, env=env)
        clone, out = folder / f"clone{number}", str(folder / f"dist{number}")
        call(sys.executable, "-m", "build", "--installer", "uv", "-o", out, cwd=clone, env=env)
    files = sorted((folder / "dist1").iterdir())
    for path in files:
        same = hashlib.sha256(path.read_bytes()).digest()
        assert same == hashlib.sha256((folder / "dist2" / path.name).read_bytes()).digest()
    names = [str(path) for path in files]
    call(sys.executable, "-m", "twine", "check", "--strict", *names, cwd=folder, env=env)
    call("sha256sum", *names, cwd=folder, env=env)
    (folder / "index").mkdir()
    port = free_port()
    serve = [sys.executable, "-m", "pypiserver", "run", "-p", str(port), "-i", "127.0.0.1", "--disable-fallback",
             "-P", ".", "-a", ".", str(folder / "index")]  # fmt: skip
    server = subprocess.Popen(serve, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        url = f"http://127.0.0.1:{port}/"
        call(sys.executable, "-m", "twine", "upload", "--non-interactive", "--repository-url", url,
             "-u", "a", "-p", "b", *names, cwd=folder, env=env)  # fmt: skip
        for kind in ("wheel", "sdist"):
            install_by_hand(folder / kind, f"{url}simple/", kind, env)
    finally:
        server.terminate()
        server.wait()


def install_by_hand(folder: Path, index: str, kind: str, env: dict[str, str]) -> None:
    """Install one kind of file from the index into a fresh environment and import it."""
    name = "sample-hatchling"
    chosen = ("--no-binary", name) if kind == "sdist" else ("--only-binary", name)
    call("uv", "venv", "-q", str(folder), cwd=folder.parent, env=env)
    python = str(folder / "bin/python")
    if kind == "sdist":
        call("uv", "pip", "install", "-q", "-p", python, "hatchling", cwd=folder.parent, env=env)
    alone = {key: value for key, value in env.items() if not key.startswith("UV_")}
    call("uv", "pip", "install", "-q", "-p", python, "--no-config", "--no-cache", "--no-deps", "--no-build-isolation",
         "--index-url", index, *chosen, f"{name}=={samples.VERSION}", cwd=folder.parent, env=alone)  # fmt: skip
    call(python, "-c", "import sample_hatchling", cwd=folder.parent, env=alone)


def free_port() -> int:
    """Return a loopback port that is free now."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    import socket

    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit("the index by hand did not start")


BENCHES = {"listing": listing, "hashing": hashing, "rehearsal": rehearsal}


def main(names: list[str]) -> None:
    """Run the chosen benchmarks, all by default."""
    for name in names or BENCHES:
        with tempfile.TemporaryDirectory() as folder:
            BENCHES[name](Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
