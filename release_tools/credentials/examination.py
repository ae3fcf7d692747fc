"""One look at the credential of a target, as far as an index can be asked without leaving a trace there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from packaging.version import Version

from release_tools.adapters import credential_probe, oidc
from release_tools.adapters.clock import Clock
from release_tools.adapters.credential_probe import Capabilities
from release_tools.adapters.sending import TAKEN, Answer
from release_tools.backoff import Backoff
from release_tools.config import TargetTable
from release_tools.credentials import Token, Trusted
from release_tools.credentials import claims as publisher
from release_tools.credentials.own_words import OwnWords
from release_tools.delivery import answers
from release_tools.errors import Refused
from release_tools.model import Project, Target

STATE = "nothing was built and nothing was sent"
SECONDS = 60.0
UNREADABLE = 400  # good for a question with a byte; without a file a success is good as well
# What an index of one's own may say to such a question whoever asks; by 401, 403 and 429 it means the one who asks.
UNASKED = frozenset({*answers.REFUSALS, 501}) - {
    UNREADABLE, answers.UNAUTHORIZED, answers.FORBIDDEN, answers.QUOTA, *answers.PASSING,
}  # fmt: skip
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
            return self._token(credential, None if offline else self._capabilities(by_token=True))
        return self._trusted(credential, None if offline else self._capabilities(by_token=False))

    def _capabilities(self, *, by_token: bool) -> Capabilities:
        backoff = Backoff(clock=self.clock, total=SECONDS, say=self.say)
        project = self.project.normalized
        return backoff.until(lambda: credential_probe.capabilities(self.target, project, by_token=by_token))

    def _token(self, token: Token, able: Capabilities | None) -> Found:
        public = able is not None and able.audience is not None
        words = OwnWords(project=self.project, target=self.target, clock=self.clock, state=STATE)
        told = words.of(token, public=public)
        proof, line = self._asked(token, able, private=not (public or words.here))
        more = (f"the token in {token.variable} {told.remark}",) if told and told.remark else ()
        exists = able.exists if able else None
        return Found(
            lines=(line, *more, *self._new(exists=exists)[:1]),
            evidence={"credential": "token", "variable": token.variable, "proof": proof, "exists": exists},
        )

    def _asked(self, token: Token, able: Capabilities | None, *, private: bool) -> tuple[str, str]:
        """Ask the index, as far as that is safe there; return how far the token is proved, and the line of it."""
        name, where = self.target.name, f"the token in {token.variable}"
        if able is None:
            return "nothing", f"{where} was examined here only: {name} was not asked"
        if able.exact:
            answer = credential_probe.exact(self.target, self.project.normalized, self.version, token.value)
            self._judge(answer, token, exact=True)
            return "exact", f"{name} confirms {where} for {self.project.name}; nothing was stored"
        answer = credential_probe.known(self.target, token.value)
        if private and answer.status in UNASKED:
            return "nothing", (
                f"nothing is proved of {where}: {name} cannot be asked without a file (it answers {answer.status}); "
                "whether it suffices shows at the upload"
            )
        self._judge(answer, token, exact=False)
        return "known", f"{name} knows {where}; whether it suffices shows at the upload"

    def _judge(self, answer: Answer, token: Token, *, exact: bool) -> None:
        taken = answer.status in TAKEN
        if answer.status == UNREADABLE or (taken and not exact):
            return
        if taken:
            raise Refused(
                f"{self.target.name} took a byte under a wrong digest, which no public index does ({token.variable})",
                state=STATE,
                fix=f"look at the files of {self.project.name} there; for such an index, configure a target of its own",
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
