"""Secrets known by a short head, by a mark within, or by the name beside them."""

from __future__ import annotations

from release_tools.secret_scan.shape import Quick, Shape

_IS = rb"[\"'`\]]{0,2}[\s:=>,(\"'`]{1,16}"
# One search for all that holds a capital A in a telling place; a look ahead, since machine code is full of it.
_A = Quick(
    rb"A(?=[KSIGcCTEAU][A-Za-z0-9_-])"
    rb"(?:[KS]IA[A-Z2-7]{16}|Iza[A-Za-z0-9_-]{35}|GE-SECRET-KEY-1|ccountKey=|ccess_?[Kk]ey[^A-Za-z]"
    rb"|CCESS_KEY[^A-Za-z]|ccessSignature=|TATT3[A-Za-z0-9_-]{16}|ESI[A-Za-z0-9_-]{60}"
    rb"|(?<=[0-9]:A)A[A-Za-z0-9_-]{33}|UTH_TOKEN[^A-Za-z])"
)
# Nothing of base64, where any letters may stand by chance, unless it belongs to an escape or to compiled Python.
_START = rb"(?:(?<![A-Za-z0-9+/])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2})|(?<=[zZ\xda\xfa][\x00-\xff]))"
_AWS = _IS + rb"(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
_SIGNATURE = rb"(?P<secret>[A-Za-z0-9%+/]{40,64})"

SHAPES = (
    # At the end, too, a few letters of compiled Python may follow.
    Shape("AWS access key id", _A, _START + rb"A[KS]IA(?P<secret>[A-Z2-7]{16})(?![A-Za-z0-9+/=]{4})", sure=True),
    Shape("AWS secret key", _A, rb"(?i:(?:(?<=secret)|(?<=secret_))access_?key)" + _AWS),
    Shape("AWS secret key", b"ecret_access_key", rb"ecret_access_key" + _AWS),
    Shape("Google API key", _A, _START + rb"AIza(?P<secret>[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-]{4})", sure=True),
    Shape("age secret key", _A, rb"AGE-SECRET-KEY-1(?P<secret>[A-Z0-9]{58})", sure=True),
    Shape("Azure account key", _A, rb"A(?:ccount|(?<=SharedA)ccess)Key=(?P<secret>[A-Za-z0-9+/]{42,86}={1,2})"),
    Shape("Azure shared access signature", _A, rb"AccessSignature=[^\s\"']{0,300}?sig=" + _SIGNATURE),
    Shape("Azure shared access signature", b"&sig=", rb"&sig=(?P<secret>[A-Za-z0-9%+/]{40,64}(?:=|(?<=%3[Dd])))"),
    Shape(
        "Azure client secret",
        Quick(rb"Q~[A-Za-z0-9_~.-]{31}"),
        rb"(?<=[A-Za-z0-9_~.]{3}[0-9])Q~(?P<secret>[A-Za-z0-9_~.-]{31,34})(?![A-Za-z0-9_~.-]{4})",
        sure=True,
    ),
    Shape("Atlassian token", _A, rb"ATATT3(?P<secret>[A-Za-z0-9_-]{60,250})", sure=True),
    Shape("Vault token", _A, rb"(?<=hvs\.C)(?P<secret>AESI[A-Za-z0-9_-]{60,250})", sure=True),
    Shape("Telegram token", _A, rb"(?<=[0-9]{8}:)(?P<secret>AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-]{4})", sure=True),
    Shape("Twilio token", _A, rb"(?<=TWILIO_)AUTH_TOKEN" + _IS + rb"(?P<secret>[0-9a-f]{32})(?![0-9A-Za-z])"),
    Shape("npm token", b":_authToken", rb":_authToken\s?=\s?[\"']?(?P<secret>[A-Za-z0-9_+/=.-]{20,255})"),
    Shape(
        "SendGrid key",
        Quick(rb"SG\.[A-Za-z0-9_-]{22}\."),
        rb"SG\.(?P<secret>[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})",
        sure=True,
    ),
    # What basic authentication makes of `__token__:` and `x-access-token:` with the heads of their tokens.
    Shape(
        "index token in base64",
        b"X190b2tlbl9fOnB5cGkt",
        rb"X190b2tlbl9fOnB5cGkt(?P<secret>[A-Za-z0-9+/]{64,400})",
        sure=True,
    ),
    Shape(
        "GitHub token in base64",
        b"eC1hY2Nlc3MtdG9rZW46",
        rb"eC1hY2Nlc3MtdG9rZW46(?P<secret>Z2h[A-Za-z0-9+/]{40,400})",
        sure=True,
    ),
)
