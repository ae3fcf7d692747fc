"""Addresses in core metadata, of pages and of people: what the index refuses, and not one more."""

from __future__ import annotations

import re
from email.utils import getaddresses

SCHEMES = ("http", "https")
HIGHEST_PORT = 65_535
LONGEST_LABEL = 63
LONGEST_DOMAIN = 253
LONGEST_EMAIL = 254
LONGEST_FIELD = 20_000
DEEPEST = 100  # of comments or groups, which may stand in each other
# Names that lead nowhere outside of one network.
SPECIAL = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})

# By RFC 3986, appendix B; a backslash ends the authority, as the index has it.
_PARTS = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?://(?P<authority>[^\\/?#]*))?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?"
)
_PORT = re.compile(r":(\d{1,5})$", re.ASCII)
_WIDE = "\u0080-\U0010ffff"
_LOCAL = re.compile(rf"[\w!#$%&'*+/=?^`{{|}}~{_WIDE}-]+(?:\.[\w!#$%&'*+/=?^`{{|}}~{_WIDE}-]+)*", re.ASCII)
_LABEL = re.compile(rf"[A-Za-z0-9{_WIDE}](?:[A-Za-z0-9{_WIDE}-]*[A-Za-z0-9{_WIDE}])?")
_LETTER = re.compile(rf"[A-Za-z{_WIDE}]")


def url_fault(url: str) -> str:
    """Return what is wrong with the address of a page, empty where the index takes it, which encodes what it can."""
    parts = _PARTS.match(url)
    if parts is None or parts["scheme"] is None or parts["scheme"].lower() not in SCHEMES:
        return f"it begins with neither {SCHEMES[0]}:// nor {SCHEMES[1]}://"
    authority = parts["authority"] or ""
    port = _PORT.search(authority) if authority.isascii() else None
    if port and int(port[1]) > HIGHEST_PORT:
        return f"there is no port {port[1]}"
    bracket = re.search(r"[\[\]]", parts["path"] + (parts["query"] or ""))
    return f"{bracket[0]} stands in it, and should be %{ord(bracket[0]):02X}" if bracket else ""


def email_fault(value: str) -> str:
    """Return what is wrong with a field of addresses; the index judges one that stands alone, with a name or without.

    Specification: RFC 822, as core metadata has it for Author-email; RFC 5321 for the address itself.
    """
    if max(map(value.count, "(:")) > DEEPEST or len(value) > LONGEST_FIELD:
        return "it is longer or deeper than is ever read"
    if "[" in value or "\\" in value:  # which Pythons read in different ways
        return ""
    found = [address for _, address in getaddresses([value])]
    return _address_fault(found[0]) if len(found) == 1 and found[0] else ""


def _address_fault(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if not at:
        return f"{address!r} has no @"
    if not _LOCAL.fullmatch(local):
        return f"{local!r} before the @ is no name of a mailbox"
    if len(address.encode("utf-8", "replace")) > LONGEST_EMAIL or len(domain) > LONGEST_DOMAIN:
        return f"an address has {LONGEST_EMAIL} bytes at most"
    labels = domain.split(".")
    if not all(_LABEL.fullmatch(label) and len(label) <= LONGEST_LABEL for label in labels):
        return f"{domain!r} after the @ is no name of a host"
    if len(labels) == 1 or labels[-1].lower() in SPECIAL or not _LETTER.match(labels[-1][-1]):
        return f"{domain!r} after the @ is no name that everybody can reach"
    return ""
