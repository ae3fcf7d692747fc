"""What the specifications find wrong in a pyproject.toml: by validate-pyproject, offline, in our words."""

from __future__ import annotations

import difflib
import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST = 20
NAMED = 8
LONGEST = 80
VERSION = ("project", "version")
# What a value that breaks a format is not.
_FORMATS = {
    "SPDX": "no SPDX license expression",
    "idn-email": "no e-mail address",
    "import-name": "no name that can be imported",
    "pep440": "no version",
    "pep508": "no requirement",
    "pep508-identifier": "no name of letters, digits, '.', '-' and '_'",
    "pep508-versionspec": "no set of version specifiers",
    "pep517-backend-reference": "no reference to a build backend",
    "python-entrypoint-group": "no name of an entry point group",
    "python-entrypoint-name": "no name of an entry point",
    "python-entrypoint-reference": "no reference of the form package.module:object",
    "trove-classifier": "no classifier that indexes know",
    "url": "no address",
}
_KINDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a number",
    "number": "a number",
    "object": "a table",
    "string": "a text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: the path of keys and positions to it; `unknown` says that it is only a key too many."""

    path: tuple[str | int, ...]
    message: str
    value: object = None
    unknown: bool = False


def faults(pyproject: Mapping[str, Any], *, setuptools: bool) -> tuple[Fault, ...]:
    """Return what is wrong, one thing of each value and at most `MOST`; the version itself is judged elsewhere.

    The table of setuptools counts where that is the build backend.
    """
    found: dict[tuple[str | int, ...], Fault] = {}
    for error in _errors(pyproject, setuptools=setuptools):
        for fault in _faults(pyproject, error):
            around = found.get(fault.path[:-1])
            if not (fault.unknown and around and around.value is not None):
                found.setdefault(fault.path, fault)
    for fault in _python(pyproject):
        found.setdefault(fault.path, fault)
    return tuple(found.values())[:MOST]


def _python(pyproject: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield that requires-python is none: the library takes "3.10" for one, since "name3.10" is a requirement."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    project = pyproject.get("project")
    stated = project.get("requires-python") if isinstance(project, Mapping) else None
    if isinstance(stated, str):
        try:
            SpecifierSet(stated)
        except InvalidSpecifier:
            message = f"project.requires-python is {_short(stated)}, {_no('pep508-versionspec')}"
            yield Fault(path=("project", "requires-python"), message=message, value=stated)


def _errors(pyproject: Mapping[str, Any], *, setuptools: bool) -> Iterator[Any]:
    import fastjsonschema

    tool = pyproject.get("tool")
    judge, more = _judges(setuptools=setuptools and isinstance(tool, Mapping) and "setuptools" in tool)
    try:
        judge(pyproject)
    except fastjsonschema.JsonSchemaValuesException as several:
        yield from several.errors
        return
    for each in more:
        try:
            each(pyproject)
        except fastjsonschema.JsonSchemaValueException as error:  # noqa: PERF203 - there are three
            yield error


@functools.cache
def _judges(*, setuptools: bool) -> tuple[Callable[..., Any], Sequence[Callable[..., Any]]]:
    """Return the schema and what it cannot express; the library would stop at the first error of the schema."""
    import fastjsonschema

    # Without this distribution the next import would make a function that downloads the list.
    import trove_classifiers  # noqa: F401 - only to be there

    _silence()
    from validate_pyproject.api import Validator, load_builtin_plugin
    from validate_pyproject.plugins import PluginWrapper

    # By name, since looking for plugins takes long.
    validator = Validator(plugins=[PluginWrapper("setuptools", load_builtin_plugin)] if setuptools else ())
    schema, formats = dict(validator.schema), dict(validator.formats)
    judge = fastjsonschema.compile(schema, validator.handlers, formats, use_default=False, fast_fail=False)
    return judge, validator.extra_validations


def _silence() -> None:
    """Keep what the library says through logging from the terminal: it recommends, and judges nothing by it."""
    import logging

    logger = logging.getLogger("validate_pyproject")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False


def _faults(pyproject: Mapping[str, Any], error: Any) -> Iterator[Fault]:  # noqa: ANN401 - of a library without types
    path = tuple(_path(pyproject, error.name.removeprefix("data")))
    name, value = "".join(map(_joined, path)).lstrip(".") or "the file", error.value
    if error.rule == "additionalProperties":
        for key, meant in _unknown(value, error.definition):
            yield Fault(path=(*path, key), message=f"{name} has an unknown key: {_short(key)}{meant}", unknown=True)
    elif error.rule == "required":
        missing = [key for key in error.rule_definition if key not in value and (*path, key) != VERSION]
        if missing:
            yield Fault(path=path, message=f"{name} lacks {_listed(missing)}")
    elif path != VERSION or error.rule not in ("format", "type"):
        yield Fault(path=path, message=_message(error, name), value=value)


def _message(error: Any, name: str) -> str:  # noqa: ANN401 - as above
    value, rule, wanted = error.value, error.rule, error.rule_definition
    if rule == "propertyNames" and "format" in wanted:
        return f"{name} has a key that is {_no(wanted['format'])}, among {_listed(map(_short, value))}"
    if rule == "type":
        kinds = [wanted] if isinstance(wanted, str) else wanted
        return f"{name} is {_short(value)}, not {' or '.join(_KINDS.get(kind, kind) for kind in kinds)}"
    expected = _expected(value, rule, wanted)
    return f"{name} is {_short(value)}, {expected}" if expected else _plain(error, name)


def _expected(value: object, rule: str, wanted: Any) -> str:  # noqa: ANN401 - part of a schema
    """Return what a value is not; empty where only the library's own words tell."""
    if rule == "format":
        return _no(wanted)
    if rule == "enum":
        return f"none of {_listed(map(str, wanted))}"
    if rule not in ("anyOf", "oneOf"):
        return ""
    formats = [form["format"] for form in wanted if form.get("type") == "string" and "format" in form]
    if isinstance(value, str) and formats:
        return " and ".join(map(_no, formats))
    keys = [key for form in wanted for key in form.get("required", ())]
    return f"none of the forms that it may have{f', with {_listed(keys)}' if keys else ''}"


def _no(form: str) -> str:
    return _FORMATS.get(form, f"no {form}")


def _plain(error: Any, name: str) -> str:  # noqa: ANN401 - as above
    said = re.split(r"\n| \(", str(error.message).replace(error.name, name), maxsplit=1)[0]
    return said if len(said) <= 2 * LONGEST else f"{said[: 2 * LONGEST]}..."


def _unknown(value: Mapping[str, Any], definition: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys that a table must not have, each with a word on the one that may have been meant."""
    known = definition.get("properties", {})
    for key in sorted(set(value) - set(known)):
        near = difflib.get_close_matches(key, known, n=1)
        yield key, f" (did you mean {near[0]!r}?)" if near else ""


def _path(data: Any, name: str) -> Iterator[str | int]:  # noqa: ANN401 - foreign data
    """Yield the keys and positions that the library joined to a name; the data tell where one ends."""
    while name:
        key = next((each for each in _steps(data) if name.startswith(_joined(each)) and _ends(name, each)), None)
        if key is None:
            return
        yield key
        data, name = data[key], name[len(_joined(key)) :]


def _steps(data: object) -> Iterable[str | int]:
    if isinstance(data, Mapping):
        return sorted(data, key=len, reverse=True)
    return range(len(data)) if isinstance(data, list) else ()


def _joined(key: str | int) -> str:
    return f"[{key}]" if isinstance(key, int) else f".{key}"


def _ends(name: str, key: str | int) -> bool:
    return name[len(_joined(key)) :][:1] in ("", ".", "[")


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _listed(names: Iterable[str]) -> str:
    rows = list(dict.fromkeys(names))
    return ", ".join(rows[:NAMED]) + (f" and {len(rows) - NAMED} more" if len(rows) > NAMED else "")
