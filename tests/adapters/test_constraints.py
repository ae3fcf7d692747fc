"""The lists that hold build requirements to hashes."""

from __future__ import annotations

from pathlib import Path

from release_tools.adapters import constraints

HASH = "--hash=sha256:" + "a" * 64


def test_lists_are_named_by_either_installers_variables() -> None:
    """Each once, in order; both installers take several, with spaces between them."""
    environment = {
        "UV_CONSTRAINT": "a.txt b.txt",
        "PIP_BUILD_CONSTRAINT": "b.txt",
        "PATH": "/bin",
        "PIP_CONSTRAINT": "",
    }
    assert constraints.named(environment) == ("b.txt", "a.txt")
    assert constraints.named({}) == ()
    assert constraints.without(environment) == {"PATH": "/bin"}


def test_what_a_list_holds_to_a_hash(tmp_path: Path) -> None:
    """Names are normalized; hashes may stand on lines of their own; a version alone is no lock."""
    text = f"Flit_Core==4.2.0 {HASH}\n\nother==1 ; python_version > '3' \\\n    {HASH}\nfree==2\n# not==1 {HASH}\n"
    (tmp_path / "locks.txt").write_text(text)
    assert constraints.locked(["locks.txt", "missing.txt", "https://example.com/l.txt"], tmp_path) == {
        "flit-core",
        "other",
    }
    assert constraints.locked([], tmp_path) == frozenset()
    (tmp_path / "locks.txt").write_bytes(bytes(constraints.LARGEST + 1))
    assert constraints.locked(["locks.txt"], tmp_path) == frozenset()
