"""How far a build may change the configuration that it ships: tools write it anew, and add the version to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from release_tools.identity.named import parsed

# What pdm-backend, maturin and plug-ins of Poetry settle in pyproject.toml, besides what it leaves open as dynamic: all
# else must stay as it was.
SETTLED = ("version", "dynamic", "readme", "license", "license-files", "optional-dependencies")
OF_MATURIN = ("manifest-path", "python-source")
REWRITING = frozenset({"maturin", "pdm-backend", "pdm-pep517", "poetry-dynamic-versioning"})
# What setuptools settles in setup.cfg.
TAGS = ("tag_build", "tag_date", "tag_svn_revision")


def is_same(path: str, before: bytes, after: bytes, used: frozenset[str]) -> bool:
    """Whether a file of the configuration still says the same; `before` is empty where the source has none."""
    judge = JUDGES.get(path)
    return judge is not None and judge(before, after, used)


def _same_setup_cfg(before: bytes, after: bytes, used: frozenset[str]) -> bool:
    if "setuptools" not in used and "pbr" not in used:
        return False
    first, second = (_sections(content) for content in (before, after))
    return first is not None and first == second


def _sections(content: bytes) -> Mapping[str, Mapping[str, str]] | None:
    """Return what setup.cfg says, but for the tags; None where it cannot be read."""
    import configparser

    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(content.decode())
    except (configparser.Error, UnicodeDecodeError):
        return None
    found = {name: {key: " ".join(value.split()) for key, value in parser.items(name)} for name in parser.sections()}
    for tag in TAGS:
        found.get("egg_info", {}).pop(tag, None)
    return {name: section for name, section in found.items() if section or name != "egg_info"}


def _same_pyproject(before: bytes, after: bytes, used: frozenset[str]) -> bool:
    if not REWRITING & used:
        return False
    first, second = (parsed(content.decode("utf-8", "replace")) for content in (before, after))
    left_open = _without(first.get("project")).get("dynamic")
    keys = (*SETTLED, *(left_open if isinstance(left_open, list) else ()))
    return bool(first) and _settled(first, keys) == _settled(second, keys)


def _settled(data: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Return the data without what a tool may settle."""
    tools = _without(data.get("tool"))
    tools["poetry"] = _without(tools.get("poetry"), *SETTLED)
    tools["maturin"] = _without(tools.get("maturin"), *OF_MATURIN)
    return {**data, "project": _without(data.get("project"), *keys), "tool": tools}


def _without(data: object, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in keys} if isinstance(data, Mapping) else {}


JUDGES: Mapping[str, Callable[[bytes, bytes, frozenset[str]], bool]] = {
    "pyproject.toml": _same_pyproject,
    "setup.cfg": _same_setup_cfg,
}
