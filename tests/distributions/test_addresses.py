"""Addresses in metadata: what the index refuses is told, and what it takes is not, as tried against its own rules."""

from __future__ import annotations

import pytest

from release_tools.distributions.addresses import email_fault, url_fault

TAKEN = (
    "https://example.org", "HTTP://EXAMPLE.ORG:80/", "https:", "https://", "https:///path", "https:example",
    "https://example.org/a b?c=d e#[f]", "https://b\u00fccher.example/\u00e4", "https://u:p@example.org/%zz",
    "https://[::1]:8080/", "https://x:99999x/", "https://x_y/'\"<>{}|\\^`", "https://\u00e4:99999",
)  # fmt: skip
REFUSED = {
    "": "begins with neither",
    "example.org": "begins with neither",
    "//example.org": "begins with neither",
    " https://example.org": "begins with neither",
    "<https://example.org>": "begins with neither",
    "git+https://example.org": "begins with neither",
    "mailto:jane@example.org": "begins with neither",
    "https://example.org:65536/": "no port 65536",
    "https://example.org/a[1]": "%5B",
    "https://example.org/?a=]": "%5D",
}
MAILBOXES = (
    "jane@example.org", "Jane Doe <jane@example.org>", '"Doe, Jane" <jane.doe+x@sub.example.org>', "j@b\u00fccher.de",
    "j\u00fcrgen@example.org", "jane@example.ORG (Jane)", "a!#$%&'*+/=?^_`{|}~-@example.org", "<jane@example.org",
    "Jane <jane@example.org>, Joe <joe@nowhere>", "a@b.org, ", "<>", "", "jane@@example.org", "jane [at] example",
    "jane\\@x", f"{'a' * 100}@example.org",
)  # fmt: skip
NO_MAILBOXES = {
    "jane": "has no @",
    "jane at example dot org": "has no @",
    "@example.org": "before the @",
    ".jane@example.org": "before the @",
    "jane.@example.org": "before the @",
    "ja..ne@example.org": "before the @",
    "ja ne@example.org": "before the @",
    '"ja ne"@example.org': "before the @",
    "jane@localhost": "everybody can reach",
    "jane@machine.local": "everybody can reach",
    "jane@example.test": "everybody can reach",
    "jane@127.0.0.1": "everybody can reach",
    "jane@exa_mple.org": "no name of a host",
    "jane@-example.org": "no name of a host",
    "jane@example-.org": "no name of a host",
    "jane@example..org": "no name of a host",
    "jane@example.org.": "no name of a host",
    f"jane@{'a' * 64}.org": "no name of a host",
    f"jane@{'a.' * 126}org": "254 bytes",
    "(" * 101: "longer or deeper",
    "a:" * 101: "longer or deeper",
    "a" * 20_001: "longer or deeper",
}


@pytest.mark.parametrize("url", TAKEN)
def test_an_address_that_the_index_takes(url: str) -> None:
    """What can be encoded passes, and so does much that leads nowhere."""
    assert url_fault(url) == ""


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_the_index_refuses(url: str) -> None:
    """Another scheme or none, a port that there is not, a bracket in the path."""
    assert REFUSED[url] in url_fault(url)


@pytest.mark.parametrize("value", MAILBOXES)
def test_a_mailbox_that_the_index_takes(value: str) -> None:
    """One good address passes, and whatever is not one address alone, which nobody judges."""
    assert email_fault(value) == ""


@pytest.mark.parametrize("value", NO_MAILBOXES)
def test_a_mailbox_that_the_index_refuses(value: str) -> None:
    """A word in place of an address, a host that only some can reach, characters that no mailbox has."""
    assert NO_MAILBOXES[value] in email_fault(value)
