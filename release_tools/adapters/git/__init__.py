"""The door to git.

`safety` says how git is called, `places` finds the working tree and makes clean clones, `repository` asks the rest.
"""

from release_tools.adapters.git.places import Checkout, checkout, clean_clone, toplevel
from release_tools.adapters.git.repository import Git, Head

__all__ = ["Checkout", "Git", "Head", "checkout", "clean_clone", "toplevel"]
