"""Give a function the facts that its parameters name.

Stages and checks say in their signature what they need; a fact is a function of other facts, worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from types import FunctionType
from typing import Any, TypeVar

from release_tools.adapters.parallel import beside
from release_tools.errors import ReleaseError

Given = TypeVar("Given")


class Supply:
    """Facts by name: given ones, and functions of some modules, called when their fact is first asked for.

    The modules are looked through in order, and one is imported only when those before it lack the fact.
    """

    def __init__(self, modules: Sequence[str], **given: Any) -> None:  # noqa: ANN401 - facts are of any type
        self._modules = modules
        self._known: dict[str, Any] = {"supply": self, **given}
        self._begun: dict[str, Callable[[], Any]] = {}

    def get(self, name: str) -> Any:  # noqa: ANN401 - as above
        """Return one fact; raises KeyError for a name that nobody provides."""
        if begun := self._begun.pop(name, None):
            self._known[name] = begun()
        if name not in self._known:
            self._known[name] = self.call(self._provider(name))
        return self._known[name]

    def begin(self, name: str) -> None:
        """Begin to work out a fact that waits for others, and go on; whoever asks for it waits for its end.

        Where a fact that it follows from cannot be had, this does nothing: who asks is told.
        """
        if name in self._known or name in self._begun:
            return
        provider = self._provider(name)
        with suppress(ReleaseError):
            given = {each: self.get(each) for each in parameters(provider)}
            self._begun[name] = beside(lambda: provider(**given))

    def call(self, function: Callable[..., Given]) -> Given:
        """Call a function with the facts that its parameters name."""
        return function(**{name: self.get(name) for name in parameters(function)})

    def of(self, modules: Sequence[str]) -> Supply:
        """Return a supply of what is known already, and of the facts of other modules."""
        more = Supply(modules, **{name: value for name, value in self._known.items() if name != "supply"})
        more._begun = self._begun
        return more

    def _provider(self, name: str) -> Callable[..., Any]:
        for module in self._modules:
            found = vars(import_module(module)).get(name)
            if isinstance(found, FunctionType) and found.__module__ == module:
                return found
        raise KeyError(name)


def parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of a plain function's parameters; far cheaper than a signature object."""
    code = function.__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
