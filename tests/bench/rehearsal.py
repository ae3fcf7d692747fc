"""A whole rehearsal, beside the same work by hand."""

from __future__ import annotations

import hashlib
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests import running, samples
from tests.bench.measuring import call, compiling, row, timed


def rehearsal(folder: Path) -> None:
    """Time a warm rehearsal of the hatchling sample, beside the same work by hand."""
    root = samples.make("hatchling", folder / "sample")
    nox = (sys.executable, "-m", "nox")
    stages: dict[str, list[float]] = {}

    def ours() -> None:
        # As --rebuild: nothing is left that could be kept.
        shutil.rmtree(root / "dist", ignore_errors=True)
        call(*nox, "-s", "release", cwd=root, env=compiling())
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
    env = compiling(SOURCE_DATE_EPOCH="1768046400")
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit("the index by hand did not start")
