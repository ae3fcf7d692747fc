"""What the source states for the project's page on the index; what is left to code counts as stated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from release_tools.versions.facts import Facts, text
from release_tools.versions.reading import UnreadableError

LONGEST_SUMMARY = 512
SETUP_PY = "setup.py"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
# What a page needs, as messages name it, and the keys of the standard metadata of which one is enough.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "a summary (description)": ("description",),
    "a readme": ("readme",),
    "a license": ("license", "license-files"),
    "authors or maintainers": ("authors", "maintainers"),
    "requires-python": ("requires-python",),
    "classifiers or keywords": ("classifiers", "keywords"),
    "project URLs": ("urls",),
}
# What stands for those keys elsewhere, in the spelling of setup.cfg, which those of setup.py and of tools share.
_OTHERS: Mapping[str, str] = {
    "summary": "description",
    "description_file": "readme",
    "long_description": "readme",
    "license_expression": "license",
    "license_file": "license",
    "license_files": "license",
    "author": "authors",
    "author_email": "authors",
    "maintainer": "maintainers",
    "maintainer_email": "maintainers",
    "python_requires": "requires-python",
    "requires_python": "requires-python",
    "classifier": "classifiers",
    "url": "urls",
    "home_page": "urls",
    "homepage": "urls",
    "repository": "urls",
    "documentation": "urls",
    "project_url": "urls",
    "project_urls": "urls",
    "download_url": "urls",
}


def missing(facts: Facts) -> tuple[str, ...]:
    """Return what the page will lack, nothing where only the build backend can tell."""
    stated = None if _is_private(facts) else _stated(facts)
    if stated is None:
        return ()
    return tuple(name for name, keys in NEEDED.items() if not stated.intersection(keys))


def refused(facts: Facts) -> Iterator[str]:
    """Yield what no index takes; a name in the standard metadata is judged with the rest of pyproject.toml."""
    summary = text(facts.project, "description") or text(facts.table("tool", "poetry"), "description")
    if len(summary) > LONGEST_SUMMARY:
        yield f"the summary (description) has {len(summary)} characters; an index takes {LONGEST_SUMMARY}"
    name = "" if facts.project else facts.name or _name_in_code(facts)
    if name and not _NAME.fullmatch(name):
        yield f"{name!r} is no name that an index takes"


def _name_in_code(facts: Facts) -> str:
    from release_tools.versions import setup_py

    return setup_py.name(facts)


def _is_private(facts: Facts) -> bool:
    """Whether the project says that it is never uploaded."""
    if facts.table("tool", "uv").get("package") is False:
        return True
    classifiers = facts.project.get("classifiers")
    return isinstance(classifiers, list) and any(str(each).startswith("Private ::") for each in classifiers)


def _stated(facts: Facts) -> set[str] | None:
    """Return the keys that are stated, None where that cannot be told by reading."""
    project = facts.project
    if facts.backend == "maturin" or (not project and facts.backend not in _TABLES):
        # Maturin takes from Cargo.toml what the project table lacks.
        return None
    dynamic = project.get("dynamic")
    listed = {key for key in dynamic if isinstance(key, str)} if isinstance(dynamic, list) else set()
    own = None if project and facts.backend != "poetry" else _TABLES[facts.backend](facts)
    if own is None and not project:
        return None
    return _with_license(_keys(project) | listed | (own or set()), project)


def _with_license(keys: set[str], table: Mapping[str, Any]) -> set[str]:
    """Add the license that a classifier names."""
    classifiers = table.get("classifiers")
    named = any(str(each).startswith("License ::") for each in classifiers) if isinstance(classifiers, list) else False
    return keys | {"license"} if named else keys


def _keys(table: Mapping[str, Any]) -> set[str]:
    """Return the standard keys that the keys of any table stand for; an empty value states nothing."""
    return _standard(key for key, value in table.items() if value not in ("", [], {}))


def _standard(names: Iterable[str]) -> set[str]:
    return {_OTHERS.get(name.replace("-", "_"), name) for name in names}


def _of_poetry(facts: Facts) -> set[str]:
    table = facts.table("tool", "poetry")
    python = {"requires-python"} if "python" in facts.table("tool", "poetry", "dependencies") else set()
    return _with_license(_keys(table), table) | python


def _of_flit(facts: Facts) -> set[str] | None:
    table = facts.table("tool", "flit", "metadata")
    # The summary is the docstring of the module.
    return _with_license(_keys(table), table) | {"description"} if table else None


def _of_setuptools(facts: Facts) -> set[str] | None:
    if facts.setup_cfg.broken:
        return None
    if not facts.tree.has_file(SETUP_PY) and "metadata" not in facts.setup_cfg.sections:
        return None
    in_code = handed(facts)
    sections = (facts.setup_cfg.sections.get(name, {}) for name in ("metadata", "options"))
    in_cfg = {key for section in sections for key in _keys(section)}
    licensed = {"license"} if "License ::" in _classifiers(facts) else set()
    return None if in_code is None else in_code | in_cfg | licensed


def _classifiers(facts: Facts) -> str:
    return facts.setup_cfg.get("metadata", "classifiers") + facts.setup_cfg.get("metadata", "classifier")


def handed(facts: Facts) -> set[str] | None:
    """Return what setup.py hands to `setup` by name, None where it may hand over more."""
    if not facts.tree.has_file(SETUP_PY):
        return set()
    from release_tools.versions import setup_py

    try:
        call = next(setup_py.calls(facts), None)
    except UnreadableError:
        return None
    names = [keyword.arg for keyword in call.node.keywords] if call else [None]
    if None in names:
        return None
    licensed = {"license"} if "License ::" in facts.tree.text(SETUP_PY) else set()
    return _standard(name for name in names if name) | licensed


_TABLES = {"poetry": _of_poetry, "flit": _of_flit, "setuptools": _of_setuptools, "pbr": _of_setuptools}
