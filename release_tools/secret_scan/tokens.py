"""The table of tokens that issuers made recognisable: a head that says whose, then a body of a fixed kind."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

ALNUM = rb"[A-Za-z0-9]"
URLSAFE = rb"[A-Za-z0-9_-]"
HEX = rb"[0-9a-f]"
TAIL = 3
# What may stand before a head: nothing of a word, unless it belongs to an escape, or to the length that compiled
# Python puts before a text.
START = rb"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2})|(?<=[zZ\xda\xfa][\x00-\xff]))"


class Token(NamedTuple):
    """One kind of token: what it is called, the heads it may have, and an expression for what follows a head.

    Where only a part of that is random, it is the group `secret`.
    """

    kind: str
    heads: tuple[bytes, ...]
    body: bytes


GITLAB = ("pat", "dt", "rt", "rtr", "ptt", "cbt", "soat", "imt", "ft", "oas", "agent", "wt")
TOKENS = (
    # The body of an index token is a macaroon, which begins with its version and the length of the index's name.
    Token("PyPI API token", (b"pypi-",), rb"AgEI" + URLSAFE + rb"{48,400}"),
    Token("TestPyPI API token", (b"pypi-",), rb"AgEN" + URLSAFE + rb"{48,400}"),
    Token("API token of a package index", (b"pypi-",), rb"AgE[A-HJ-MO-Za-z0-9_-]" + URLSAFE + rb"{48,400}"),
    Token("GitHub token", (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_"), ALNUM + rb"{36,255}"),
    Token("GitHub token", (b"ghs_",), rb"\d{1,12}_eyJ(?P<secret>[A-Za-z0-9_-]{8,255})\."),
    Token("GitHub token", (b"github_pat_",), ALNUM + rb"{22}_" + ALNUM + rb"{59}"),
    Token("GitLab token", tuple(f"gl{each}-".encode() for each in GITLAB), URLSAFE + rb"{20,300}"),
    Token("npm token", (b"npm_",), ALNUM + rb"{36}"),
    Token(
        "Slack token",
        tuple(f"xox{each}-".encode() for each in "bparso"),
        rb"(?:\d{1,15}-){1,3}(?P<secret>[A-Za-z0-9]{18,64})",
    ),
    Token("Slack token", (b"xoxe-", b"xoxp-", b"xoxb-"), rb"1-[A-Za-z0-9+/=_-]{100,255}"),
    Token("Slack token", (b"xapp-",), rb"\d-[A-Z0-9]{8,16}-\d{8,16}-(?P<secret>[0-9a-f]{64})"),
    Token("Stripe live key", (b"sk_live_", b"rk_live_"), ALNUM + rb"{20,255}"),
    Token("Docker token", (b"dckr_",), rb"[op]at_" + URLSAFE + rb"{27,64}"),
    Token("Hugging Face token", (b"hf_", b"api_org_"), ALNUM + rb"{34}"),
    Token("OpenAI key", (b"sk-",), ALNUM + rb"{20}T3BlbkFJ" + ALNUM + rb"{20}"),
    Token("OpenAI key", (b"sk-",), rb"(?:proj|svcacct|admin)-" + URLSAFE + rb"{40,250}"),
    Token("Anthropic key", (b"sk-",), rb"ant-[a-z]{2,8}\d\d-" + URLSAFE + rb"{80,128}"),
    Token("OpenRouter key", (b"sk-",), rb"or-v1-" + HEX + rb"{64}"),
    Token("Groq key", (b"gsk_",), ALNUM + rb"{52}"),
    Token("xAI key", (b"xai-",), ALNUM + rb"{80}"),
    Token("Perplexity key", (b"pplx-",), ALNUM + rb"{48}"),
    Token("Replicate token", (b"r8_",), ALNUM + rb"{37}"),
    Token("Google OAuth client secret", (b"GOCSPX-",), URLSAFE + rb"{28}"),
    Token("DigitalOcean token", (b"dop_v1_", b"doo_v1_", b"dor_v1_"), HEX + rb"{64}"),
    Token("Shopify token", (b"shpat_", b"shpca_", b"shppa_", b"shpss_"), rb"[0-9A-Fa-f]{32}"),
    Token("RubyGems key", (b"rubygems_",), HEX + rb"{48}"),
    Token("Linear key", (b"lin_api_",), ALNUM + rb"{40}"),
    Token("Grafana token", (b"glsa_",), ALNUM + rb"{32}_[0-9A-Fa-f]{8}"),
    Token("Grafana token", (b"glc_",), rb"eyJ[A-Za-z0-9+/=]{32,250}"),
    Token("Sentry token", (b"sntrys_",), rb"eyJ[A-Za-z0-9+/=_-]{32,250}"),
    Token("Sentry token", (b"sntryu_",), HEX + rb"{64}"),
    Token("Notion token", (b"ntn_",), ALNUM + rb"{46}"),
    Token("1Password token", (b"ops_",), rb"eyJ[A-Za-z0-9+/=_-]{100,250}"),
    Token("Pulumi token", (b"pul-",), HEX + rb"{40}"),
    Token("Postman key", (b"PMAK-",), HEX + rb"{24}-" + HEX + rb"{34}"),
    Token("New Relic key", (b"NRAK-",), rb"[A-Z0-9]{27}"),
    Token("Square token", (b"sq0atp-", b"sq0csp-"), URLSAFE + rb"{22,43}"),
    Token("Tailscale key", (b"tskey-",), rb"[a-z]{3,8}-" + ALNUM + rb"{8,20}-" + ALNUM + rb"{20,40}"),
)


def _pivot(last: bytes, after: bytes) -> bytes:
    """Return what finds the last byte of heads, quickly where it is a frequent one; a token may begin there."""
    tails = sorted({head[-TAIL:] for token in TOKENS for head in token.heads if head.endswith(last)})
    return last + after + rb"(?<=" + b"|".join(map(re.escape, tails)) + rb")"


# Each with what follows it in at least one row of the table.
PIVOTS = (
    _pivot(b"_", rb"(?=[A-Za-z0-9]{16}|\d{1,12}_eyJ|[op]at_)"),
    _pivot(b"-", rb"(?=-?[A-Za-z0-9_][A-Za-z0-9_-]{15})"),
)


@cache
def by_tail() -> dict[bytes, tuple[tuple[bytes, Token], ...]]:
    """Return the heads, each with its token, by their last bytes."""
    tails: dict[bytes, tuple[tuple[bytes, Token], ...]] = {}
    for token in TOKENS:
        for head in token.heads:
            tails[head[-TAIL:]] = (*tails.get(head[-TAIL:], ()), (head, token))
    return tails


@cache
def expression(head: bytes, token: Token) -> re.Pattern[bytes]:
    """Return what matches a whole token; compiled when its head was seen somewhere."""
    body = token.body if b"(?P<secret>" in token.body else rb"(?P<secret>" + token.body + rb")"
    return re.compile(START + re.escape(head) + body)
