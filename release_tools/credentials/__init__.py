"""What lets us in to an index: an identity of this run, or a token from the environment; never from anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from release_tools.adapters.clock import Clock
from release_tools.config import Publisher, TargetTable
from release_tools.errors import Refused
from release_tools.model import Target

if TYPE_CHECKING:
    # The door to trusted publishing is opened where it is needed: a rehearsal never does.
    from release_tools.adapters.oidc import Minted

FOR_ALL = "TWINE_PASSWORD"
OLDEST = 600.0  # seconds: a minted token lives fifteen minutes, and one file may take some of them


class Credential(Protocol):
    """How to get in; what it holds is never shown, not even in a traceback."""

    def password(self) -> str:
        """Return what goes to the index as a password, good for the next minutes."""

    def renew(self) -> bool:
        """Let go of what was refused; whether there is anything else to try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An API token, and the variable that held it."""

    variable: str
    value: str = field(repr=False)

    def password(self) -> str:
        """Return the token itself."""
        return self.value

    def renew(self) -> bool:
        """There is only this one."""
        return False


@dataclass(slots=True, kw_only=True)
class Trusted:
    """Trusted publishing: mints a token when one is needed, and another, by a fresh identity, when it grows old.

    No identity is exchanged before it was held against the `publisher` of the target called `name`.
    """

    site: str
    environment: Mapping[str, str] = field(repr=False)
    clock: Clock
    name: str = ""
    publisher: Publisher | None = None
    _minted: Minted | None = field(default=None, init=False, repr=False)
    _since: float = field(default=0.0, init=False)

    def password(self) -> str:
        """Return a token that is younger than ten minutes; raises what the index means by a refusal."""
        from release_tools.adapters import oidc

        if self._minted is None or self.clock.monotonic() - self._since > OLDEST:
            self._minted = oidc.mint(self.site, self.identity())
            self._since = self.clock.monotonic()
        return self._minted.value

    def renew(self) -> bool:
        """Forget the minted token: the next one is minted with a fresh identity."""
        self._minted = None
        return True

    def identity(self) -> str:
        """Return a fresh identity for this index; raises Refused where it takes none, or not that of this run."""
        from release_tools.adapters import oidc, web
        from release_tools.credentials import claims

        if (audience := oidc.audience(self.site)) is None:
            raise Refused(
                f"{web.bare(self.site)} has no trusted publishing",
                state="nothing was sent",
                fix="run the same command again; where it never has any, take an API token: "
                'credentials = "token" in the table of the target',
            )
        found = oidc.identity(self.environment, audience)
        if wrong := claims.differences(oidc.claims(found), self.publisher):
            raise self._refused("; ".join(wrong))
        return found

    def _refused(self, wrong: str) -> Refused:
        return Refused(
            f"{self.name} would not let this run publish: {wrong}",
            state="nothing was sent",
            fix=f"{self.name}: Your projects, this project, Manage, Publishing; for a new project: Publishing",
        )


def of(
    target: Target, table: TargetTable, environment: Mapping[str, str], clock: Clock, say: Callable[[str], None]
) -> Token | Trusted:
    """Return the credential for a target; raises Refused where there is none. A refused mint never leads to a token."""
    token = token_of(target, environment)
    if kind(table, token) == "trusted":
        return Trusted(
            site=target.site, environment=environment, clock=clock, name=target.name, publisher=table.publisher
        )
    if token is None:
        raise Refused(
            f"there is no credential for {target.name}: neither {target.token_variable} nor {FOR_ALL} is set",
            state="nothing was sent",
            fix=f"put an API token of {target.name} into {target.token_variable}, from your secret storage",
        )
    if table.credentials == "auto":
        say(f"warning: {target.name} is published to with the long-lived token in {token.variable}; trusted publishing "
            f"needs none: set `publisher` in [tool.release-tools.targets.{target.name}]")  # fmt: skip
    return token


def kind(table: TargetTable, token: Token | None) -> Literal["trusted", "token"]:
    """Return which kind of credential a target takes: trusted where it is configured, or where there is no token."""
    if table.credentials != "auto":
        return table.credentials
    return "trusted" if table.publisher or token is None else "token"


def token_of(target: Target, environment: Mapping[str, str]) -> Token | None:
    """Return the token in the environment, the target's own before the one for all; None where there is none."""
    for variable in filter(None, (target.token_variable, FOR_ALL)):
        if value := environment.get(variable, "").strip():
            return Token(variable=variable, value=value)
    return None
