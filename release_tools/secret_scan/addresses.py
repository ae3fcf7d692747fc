"""Credentials in addresses: `scheme://user:password@host`, and addresses that are secrets as a whole."""

from __future__ import annotations

import re

from release_tools.secret_scan.passwords import is_stand_in
from release_tools.secret_scan.shape import Found, Quick, Shape

_USER = rb"[^\s/@:\"'<>`\\]{0,128}"
_PASSWORD = rb"[^\s/@\"'<>`\\]{1,256}"
_ANCHOR = Quick(
    rb"//(?:" + _USER + rb":" + _PASSWORD + rb"@|hooks\.slack\.com/|discord(?:app)?\.com/api/webhooks/"
    rb"|[a-z0-9-]{1,64}\.webhook\.office\.com/)"
)
_SLACK = rb"//hooks\.slack\.com/(?:services/T[A-Z0-9]{6,14}/B[A-Z0-9]{6,14}|workflows|triggers)/"
_HOST = rb"(?P<host>[A-Za-z0-9._-]{1,253})"
_NAME = rb"(?i)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z]{2,24}"
# Names that are reserved for examples and for one's own machine, and what documentation uses like them.
_NOWHERE = (
    rb"(?i)(?:.*\.)?(?:(?:example|domain|host|hostname|server|mydomain|foo|bar|foobar|acme)\d*\.[a-z.]+|"
    rb"localhost|localdomain|local|test|invalid|example|[a-z]\.[a-z]+)"
)


def _leads_nowhere(found: Found) -> bool:
    """Whether the host is no real one, or what stands for the password is only a stand-in."""
    host = found["host"].rstrip(b".")
    return not re.fullmatch(_NAME, host) or re.fullmatch(_NOWHERE, host) is not None or is_stand_in(found["secret"])


SHAPES = (
    Shape(
        "credentials in an address",
        _ANCHOR,
        rb"(?<=[A-Za-z0-9]:)//" + _USER + rb":(?P<secret>" + _PASSWORD + rb")@" + _HOST,
        _leads_nowhere,
    ),
    Shape("Slack webhook", _ANCHOR, _SLACK + rb"(?P<secret>[A-Za-z0-9/]{16,120})", sure=True),
    Shape(
        "Discord webhook",
        _ANCHOR,
        rb"//discord(?:app)?\.com/api/webhooks/\d{16,20}/(?P<secret>[A-Za-z0-9_-]{60,80})",
        sure=True,
    ),
    Shape(
        "Teams webhook",
        _ANCHOR,
        rb"//[a-z0-9-]{1,64}\.webhook\.office\.com/webhookb2/(?P<secret>[0-9a-f-]{36}@[0-9a-f-]{36}/)",
        sure=True,
    ),
)
