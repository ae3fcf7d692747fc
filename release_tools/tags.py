from packaging.version import Version, InvalidVersion
from dataclasses import dataclass
@dataclass(frozen=True)
class Grammar:
    prefix: str = "v"
    def parse(self, tag):
        try: return Version(tag.removeprefix("v"))
        except InvalidVersion: return None
    def format(self, v): return f"v{v}"
def from_pattern(p): return Grammar()
def learn(names, package=None, project_name=""): return Grammar()
def release_tags(names, g): return {n: v for n in names if (v := g.parse(n))}
