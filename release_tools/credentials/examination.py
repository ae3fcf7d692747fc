"""One look at the credential of a target, as far as an index can be asked without leaving a trace there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from packaging.version import Version

from release_tools.adapters import credential_probe, endpoints, oidc
from release_tools.adapters.clock import Clock
from release_tools.adapters.credential_probe import Capabilities
from release_tools.adapters.sending import Answer
from release_tools.backoff import Backoff
from release_tools.config import KNOWN_TARGETS, TargetTable
from release_tools.credentials import Token, Trusted, api_token
from release_tools.credentials import claims as publisher
from release_tools.credentials.api_token import ApiToken
from release_tools.delivery import answers
from release_tools.errors import Refused
from release_tools.model import Project, Target

STATE = "nothing was built and nothing was sent"
SECONDS = 60.0
ACCEPTABLE = (200, 400)  # of a question without a file; of one with a byte only the latter
AGAIN = {"again": "run the same command again", "verify": "nox -s verify", "build": "nox -s preflight"}


@dataclass(frozen=True, kw_only=True)
class Found:
    """What an examination showed: lines for a person, evidence for the ledger."""

    lines: tuple[str, ...]
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Examination:
    """One look at the credential of a target; each refusal has its own sentence and the place where it is made good."""

    project: Project
    version: Version
    target: Target
    table: TargetTable
    clock: Clock
    say: Callable[[str], None]

    def of(self, credential: Token | Trusted, *, offline: bool) -> Found:
        """Return what is proved; raises Refused, or ServiceFailed where the index gives no verdict."""
        if isinstance(credential, Token):
            return self._token(credential, None if offline else self._capabilities())
        return self._trusted(credential, None if offline else self._capabilities())

    def _capabilities(self) -> Capabilities:
        backoff = Backoff(clock=self.clock, total=SECONDS, say=self.say)
        return backoff.until(lambda: credential_probe.capabilities(self.target, self.project.normalized))

    def _token(self, token: Token, able: Capabilities | None) -> Found:
        proved = self._read(token, public=able is not None and able.audience is not None)
        where = f"the token in {token.variable}"
        if able is None:
            proof, line = "nothing", f"{where} was examined here only: {self.target.name} was not asked"
        elif able.exact:
            answer = credential_probe.exact(self.target, self.project.normalized, self.version, token.value)
            self._judge(answer, token, exact=True)
            proof, line = "exact", f"{self.target.name} confirms {where} for {self.project.name}; nothing was stored"
        else:
            self._judge(credential_probe.known(self.target, token.value), token, exact=False)
            proof, line = "known", f"{self.target.name} knows {where}; whether it suffices shows at the upload"
        more = (f"{where} {proved.remark}",) if proved and proved.remark else ()
        exists = able.exists if able else None
        return Found(
            lines=(line, *more, *self._new(exists=exists)[:1]),
            evidence={"credential": "token", "variable": token.variable, "proof": proof, "exists": exists},
        )

    def _read(self, token: Token, *, public: bool) -> ApiToken | None:
        """Return what a token says of itself; None for the password of an index that has no such tokens."""
        if not token.value.startswith(api_token.PREFIX) and not self._takes_tokens_only(public=public):
            return None
        try:
            found = api_token.read(token.value)
        except ValueError as error:
            raise self._refused(f"the token in {token.variable} {error}", self._token_page()) from None
        self._require_of_this_index(token, found)
        if why := found.refusal(self.project.normalized, self.clock.now()):
            raise self._refused(f"the token in {token.variable} {why}", self._token_page())
        return found

    def _takes_tokens_only(self, *, public: bool) -> bool:
        known = endpoints.of(self.target.name)
        return public or (known is not None and known.upload_url == self.target.upload_url)

    def _require_of_this_index(self, token: Token, found: ApiToken) -> None:
        """Refuse a token of the other public index; an index of one's own may name itself in tokens as it likes."""
        hosts = {name: urlsplit(known.site).hostname for name in KNOWN_TARGETS if (known := endpoints.of(name))}
        owner = next((name for name, host in hosts.items() if host == found.domain), None)
        own = found.domain == urlsplit(self.target.site).hostname
        if owner != self.target.name and not own and (owner or self.target.name in hosts):
            what = f"{token.variable} holds a token of {owner or found.domain}, not of {self.target.name}"
            raise self._refused(what, self._token_page())

    def _judge(self, answer: Answer, token: Token, *, exact: bool) -> None:
        if answer.status in ACCEPTABLE[exact:]:
            return
        if answer.status == ACCEPTABLE[0]:
            raise self._refused(
                f"{self.target.name} took a byte under a wrong digest, which no public index does ({token.variable})",
                f"look at the files of {self.project.name} there; for such an index, configure a target of its own",
            )
        meaning = answers.meaning(answer, self.target.name, self.clock.now(), live=False, fix=AGAIN)
        words = answers.said(answer)
        what = f"{meaning.what} ({token.variable}){f': {words}' if words else ''}"
        raise meaning.kind(what, state=STATE, fix=meaning.fix)

    def _trusted(self, credential: Trusted, able: Capabilities | None) -> Found:
        if able is None:
            return Found(
                lines=(f"trusted publishing: {self.target.name} and the identity of this run were not asked",),
                evidence={"credential": "trusted", "proof": "nothing", "exists": None},
            )
        claims = oidc.claims(credential.identity())
        if wrong := publisher.differences(claims, self.table.publisher):
            raise self._refused(f"{self.target.name} would not let this run publish: {'; '.join(wrong)}", self._page())
        if able.exists:
            credential.password()  # minted and dropped: nothing is created by it
        proof = "minted" if able.exists else "compared" if self.table.publisher else "nothing"
        says = {
            "minted": f"{self.target.name} mints a token for this run; it was dropped",
            "compared": "the claims of this run are those of the configured publisher",
            "nothing": f"no `publisher` of {self.target.name} is configured to compare the claims of this run with",
        }
        return Found(
            lines=(f"trusted publishing: {says[proof]}", *self._new(exists=able.exists)),
            evidence={
                "credential": "trusted", "proof": proof, "exists": able.exists, "claims": publisher.shown(claims),
            },
        )  # fmt: skip

    def _new(self, *, exists: bool | None) -> tuple[str, ...]:
        """Return what is to be known of a name that is new to the index, then what trusted publishing needs for it."""
        if exists is not False:
            return ()
        unknown = f"{self.target.name} does not know {self.project.name} yet: the first upload creates it"
        return (unknown, f"trusted publishing needs a pending publisher of this very name first ({self._page()})")

    def _page(self) -> str:
        return f"{self.target.name}: Your projects, {self.project.name}, Manage, Publishing; for a new one: Publishing"

    def _token_page(self) -> str:
        name, where = self.project.name, f"{self.target.name}: Account settings, API tokens"
        return f"make a token for {name} ({where}), and put it there"

    def _refused(self, what: str, fix: str) -> Refused:
        return Refused(what, state=STATE, fix=fix)
