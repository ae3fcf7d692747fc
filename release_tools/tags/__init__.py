"""How a project spells its release tags: read from a pattern, or learnt from the tags that it has.

`spelling` writes versions, `grammar` reads and makes tags, `learning` finds the grammar of a history, `floating` tells
releases from tags that move.
"""

from release_tools.tags.floating import History, of_several, release_tags
from release_tools.tags.grammar import PLACEHOLDER, Found, Grammar, from_pattern, version_of
from release_tools.tags.learning import learn
from release_tools.tags.spelling import Spelling, separator_of

__all__ = [
    "PLACEHOLDER",
    "Found",
    "Grammar",
    "History",
    "Spelling",
    "from_pattern",
    "learn",
    "of_several",
    "release_tags",
    "separator_of",
    "version_of",
]
