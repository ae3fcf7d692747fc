"""What a token tells here, before it is shown to anybody: that it is whole, and good for this index and project now."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from release_tools.adapters import endpoints
from release_tools.adapters.clock import Clock
from release_tools.config import KNOWN_TARGETS
from release_tools.credentials import Token, api_token
from release_tools.credentials.api_token import ApiToken
from release_tools.errors import Refused
from release_tools.model import Project, Target


@dataclass(frozen=True, kw_only=True)
class OwnWords:
    """Reads the token of a target; `state` is what a refusal says of the state of things."""

    project: Project
    target: Target
    clock: Clock
    state: str

    def of(self, token: Token, *, public: bool = False) -> ApiToken | None:
        """Return what a token says of itself; None for the password of an index that has no such tokens.

        `public` says that the index showed itself to be one that has. Raises Refused for a token that cannot do.
        """
        if not token.value.startswith(api_token.PREFIX) and not public and not self.here:
            return None
        try:
            found = api_token.read(token.value)
        except ValueError as error:
            raise self._refused(f"the token in {token.variable} {error}") from None
        self._require_of_this_index(token, found)
        if why := found.refusal(self.project.normalized, self.clock.now()):
            raise self._refused(f"the token in {token.variable} {why}")
        return found

    @property
    def here(self) -> str | None:
        """The public index that takes files at the target's address, whatever the target is called."""
        return endpoints.at(self.target.upload_url)

    def _require_of_this_index(self, token: Token, found: ApiToken) -> None:
        """Refuse a token of another public index; an index of one's own may name itself in tokens as it likes."""
        hosts = {name: urlsplit(known.site).hostname for name in KNOWN_TARGETS if (known := endpoints.of(name))}
        owner = next((name for name, host in hosts.items() if host == found.domain), None)
        if owner == self.here or found.domain == urlsplit(self.target.site).hostname:
            return
        name, host = self.target.name, urlsplit(self.target.upload_url).hostname
        place = f"{host}, where {name} leads here" if owner == name else name
        what = f"{token.variable} holds a token of {owner or found.domain}, not of {place}"
        fix = f"correct that address; or, for an index of your own, take one of its API tokens for {token.variable}"
        raise self._refused(what, fix if owner == name else "")

    def _refused(self, what: str, fix: str = "") -> Refused:
        name, where = self.project.name, f"{self.target.name}: Account settings, API tokens"
        return Refused(what, state=self.state, fix=fix or f"make a token for {name} ({where}), and put it there")


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A token that is read before each time it goes out: it need not be the one that was examined before."""

    token: Token
    project: Project
    target: Target
    clock: Clock

    def password(self) -> str:
        """Return the token; raises Refused for one that cannot do."""
        words = OwnWords(project=self.project, target=self.target, clock=self.clock, state="nothing was sent")
        words.of(self.token)
        return self.token.password()

    def renew(self) -> bool:
        """There is only this one."""
        return self.token.renew()
