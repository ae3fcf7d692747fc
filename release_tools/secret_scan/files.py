"""Passwords that can only be told from other text by the name of the file in which they stand."""

from __future__ import annotations

from collections.abc import Callable

from release_tools.secret_scan.passwords import is_stand_in
from release_tools.secret_scan.shape import Found, Quick, Shape
from release_tools.text import SECRET_WORD

_VALUE = rb"[\"']?(?P<secret>[^\s\"']{1,256})"
_LINE = rb"(?<![^\n])[ \t]{0,16}"


def _is_stand_in(found: Found) -> bool:
    return is_stand_in(found["secret"])


def _is_no_secret(found: Found) -> bool:
    return SECRET_WORD.search(found["name"].decode()) is None or is_stand_in(found["secret"])


def _shape(expression: bytes, is_none: Callable[[Found], bool] = _is_stand_in) -> Shape:
    """Return a shape that is looked for as a whole: such files are small."""
    return Shape("password", Quick(expression), expression, is_none)


_PASSWORD = _shape(_LINE + rb"(?:password|passwd)[ \t]{0,8}[=:][ \t]{0,8}" + _VALUE)
_NETRC = _shape(rb"(?<!\S)password\s{1,8}" + _VALUE)
_NAME = rb"(?:export[ \t]{1,4})?(?P<name>[A-Za-z_][A-Za-z0-9_]{0,63})"
_ENV = _shape(_LINE + _NAME + rb"[ \t]{0,2}=[ \t]{0,2}" + _VALUE, _is_no_secret)
_NPMRC = _shape(rb"(?:(?<=:)|(?<![^\n]))_(?:password|auth)[ \t]{0,4}=[ \t]{0,4}" + _VALUE)
_PGPASS = _shape(_LINE + rb"(?:[^:\n]{1,128}:){4}(?P<secret>[^\n]{1,128})")
_DOCKER = _shape(rb"\"auth\"\s{0,8}:\s{0,8}\"(?P<secret>[A-Za-z0-9+/]{12,256}={0,2})\"")
_BY_NAME = {
    ".pypirc": _PASSWORD,
    ".my.cnf": _PASSWORD,
    ".netrc": _NETRC,
    "_netrc": _NETRC,
    ".authinfo": _NETRC,
    ".env": _ENV,
    ".npmrc": _NPMRC,
    ".pgpass": _PGPASS,
    ".dockercfg": _DOCKER,
    ".dockerconfigjson": _DOCKER,
}
_NO_ENVIRONMENT = (".example", ".sample", ".template", ".dist")


def shapes(path: str) -> tuple[Shape, ...]:
    """Return what to look for in a file of this path beyond what is looked for everywhere."""
    name = path.rpartition("/")[2]
    if name.startswith(".env.") and not name.endswith(_NO_ENVIRONMENT):
        return (_ENV,)
    if path.endswith(".docker/config.json"):
        return (_DOCKER,)
    return (_BY_NAME[name],) if name in _BY_NAME else ()
