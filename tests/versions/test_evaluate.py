"""Evaluation: what can be known of a module without running it, and where that ends."""

from __future__ import annotations

import ast
import time
from contextlib import suppress
from pathlib import Path

import pytest

from release_tools.versions.evaluate import Evaluator
from release_tools.versions.reading import UnreadableError
from release_tools.versions.tree import plant
from release_tools.versions.values import plain


def evaluate(root: Path, source: str | bytes, expression: str = "V") -> str:
    """Return `TEXT @FILE:LINE` of an expression over the names of a module."""
    (root / "m.py").write_bytes(source.encode() if isinstance(source, str) else source)
    value = Evaluator(tree=plant(root)).expression("m.py", expression)
    return f"{plain(value)} @{value.file}:{value.line}"


FOLLOWED = [
    ("V = '1.2'", "1.2 @m.py:1"),
    ("V = (\n  '1.2')", "1.2 @m.py:2"),
    ("V: str = '1.2'", "1.2 @m.py:1"),
    ("V = W = '1.2'", "1.2 @m.py:1"),
    ("V, W = '1.2', 3", "1.2 @m.py:1"),
    ("V = '1'\nV = V + '.2'", "1.2 @m.py:1"),
    ("V = '1'\nV += '.2'", "1.2 @m.py:1"),
    ("V = '1' '.' '2'", "1.2 @m.py:1"),
    ("A = '1.2'\nV = A\nA = '3'", "1.2 @m.py:1"),
    ("V = b'1.2'.decode()", "1.2 @m.py:1"),
    ("V = '1.2' if True else '3'", "1.2 @m.py:1"),
    ("V = '3' if not True else '1.2'", "1.2 @m.py:1"),
    ("V = '' or '1.2'", "1.2 @m.py:1"),
    ("V = 'x' and '1.2'", "1.2 @m.py:1"),
    ("with open('m.py') as f:\n  V = '1.2'", "1.2 @m.py:2"),
    ("if __name__ == 'm':\n  V = '1.2'", "1.2 @m.py:2"),
    ("V = '1.2'\nif __name__ == '__main__':\n  V = '3'", "1.2 @m.py:1"),
    ("V = '1.2'\nif TYPE_CHECKING:\n  V = '3'", "1.2 @m.py:1"),
    ("V = '1.2'\nif V.endswith('+'):\n  V = V[:-1]", "1.2 @m.py:1"),
    ("V = '1.2+'\nif V.endswith('+'):\n  V = V[:-1]", "1.2 @m.py:1"),
    ("try:\n  V = '1.2'\nfinally:\n  pass", "1.2 @m.py:2"),
    ("import sys\nif sys.version_info >= (3, 8):\n  V = '1.2'", "1.2 @m.py:3"),
    (
        "import sys\nif sys.version_info[:2] < (3, 0) if False else sys.version_info < (3,):\n  V = '3'\nV = '1.2'",
        "1.2 @m.py:4",
    ),
    ("I = (1, 2)\nV = '.'.join(map(str, I))", "1.2 @m.py:1"),
    ("I = [1, 2, 'x']\nV = '.'.join(str(i) for i in I[:2])", "1.2 @m.py:1"),
    ("I = (1, 2)\nV = '.'.join([str(i) for i in I])", "1.2 @m.py:1"),
    ("I = (1, 0, 2)\nV = '.'.join(str(i) for i in I if i != 0)", "1.2 @m.py:1"),
    ("I = (1,)\nV = '.'.join(tuple(map(str, I + (2,))))", "1.2 @m.py:1"),
    ("I = '1', '2'\nV = '.'.join(list(I))", "1.2 @m.py:1"),
    ("I = (1, 2)\nV = '%s.%s' % I", "1.2 @m.py:1"),
    ("V = '1.%d%%' % 2", "1.2% @m.py:1"),
    ("I = (1, 2)\nV = '{0}.{1}'.format(*I)", "1.2 @m.py:1"),
    ("V = '{a}.{b}'.format(a=1, b=2)", "1.2 @m.py:1"),
    ("A = 1\nB = 2\nV = f'{A}.{B}'", "1.2 @m.py:1"),
    ("I = {'a': '1', 'b': '2'}\nV = I['a'] + '.' + I['b']", "1.2 @m.py:1"),
    ("I = dict(a='1.2')\nV = I['a']", "1.2 @m.py:1"),
    ("I = dict({'a': '3'}, a='1.2')\nV = I['a']", "1.2 @m.py:1"),
    ("I = {}\nI['a'] = '1.2'\nI['b'] = f()\nV = I['a']", "1.2 @m.py:2"),
    ("I = {'a': '3'}\nI.update(a='1.2')\nI.update({'b': f()})\nV = I['a']", "1.2 @m.py:2"),
    ("I = {'a': '1.2'}\nif f():\n  I['b'] = 2\ndel I['c']\nV = I['a']", "1.2 @m.py:1"),
    ("I = {'a': '1.2'} | {'b': 3}\nV = I['a']", "1.2 @m.py:1"),
    ("I = {**unknown, 'a': '1.2'}\nV = I['a']", "1.2 @m.py:1"),
    ("I = {'a': '3'}\nI.update({**unknown, 'a': '1.2'})\nV = I['a']", "1.2 @m.py:2"),
    ("I = dict(a='1.2', **unknown)\nV = I['a']", "1.2 @m.py:1"),
    ("V = 'v1.2\\n'.strip().lstrip('v')", "1.2 @m.py:1"),
    ("V = '\\n1.2-x'.replace('-x', '').rstrip().split()[0]", "1.2 @m.py:2"),
    ("V = 'a=1.2;b'.split(';')[0].split('=')[-1]", "1.2 @m.py:1"),
    ("V = str(int('12'))", "12 @m.py:1"),
    ("V = next(x for x in ['a', '1.2'] if x.startswith('1'))", "1.2 @m.py:1"),
    ("import re\nV = re.match('(.*) x', '1.2 x').groups()[0]", "1.2 @m.py:2"),
    ("import re\nV = re.search(r'''(?P<v>[\\d.]+)''', '1.2')['v']", "1.2 @m.py:2"),
    ("import re\nV = re.findall('[0-9.]+', 'x1.2y3')[0]", "1.2 @m.py:2"),
    ("import re\nP = re.compile('X=(.*)', re.I | re.M)\nV = P.findall('x=1.2')[0]", "1.2 @m.py:3"),
    ("def f(a, b='2', *c, **d):\n  '''x'''\n  print(a)\n  return a + '.' + b\nV = f('1')", "1.2 @m.py:5"),
    ("def f(*, a, b='2', **c):\n  return a + '.' + b\nV = f(a='1')", "1.2 @m.py:3"),
    ("def f():\n  x: str\n  x: str = '1.2'\n  return x\nV = f()", "1.2 @m.py:3"),
    (
        (
            "def f(x):\n  for i in [1, 2, 3]:\n    if i == 2:\n      break\n  else:\n    return 'no'\n"
            "  return x + str(i)\nV = f('1.')"
        ),
        "1.2 @m.py:8",
    ),
    ("def f():\n  for i in 'a', 'b':\n    pass\n  else:\n    return '1.2'\nV = f()", "1.2 @m.py:5"),
    (
        (
            "def f():\n  x = ''\n  x += '1.2'\n  y = unknown()\n  y[0] += 1\n  del y\n  while y: y = 3\n"
            "  return x\nV = f()"
        ),
        "1.2 @m.py:3",
    ),
    (
        (
            "def f():\n  if unknown():\n    y = 1\n  for a, b in unknown():\n    z = 2\n"
            "  for q in unknown(): pass\n  return '1.2'\nV = f()"
        ),
        "1.2 @m.py:7",
    ),
    ("W = None\ndef f():\n  global W\n  if W is None:\n    W = '1.2'\n  return W\nV = f()", "1.2 @m.py:5"),
    ("def g():\n  return\nV = '1.2' if g() is None else '3'", "1.2 @m.py:3"),
    ("def g(): pass\nV = '1.2' if g() is None else '3'", "1.2 @m.py:2"),
    ("import os\nV = '3' if os.path.exists('none') else '1.2'", "1.2 @m.py:2"),
    ("import os, sys\nV = os.path.basename(sys.argv[0])", "setup.py @m.py:2"),
    ("import os\nV = os.path.split(os.path.join(os.getcwd(), 'a', 'b'))[1]", "b @m.py:2"),
    ("from pathlib import Path\nV = str(Path('a', 'b').joinpath('c').with_name('d').absolute().parent)", "a/b @m.py:2"),
    ("from pathlib import Path\nV = 'x' if Path('none').is_file() else '1.2'", "1.2 @m.py:2"),
    (
        "from pathlib import Path\nwith Path('m.py').open() as f:\n  V = f.readline()[:4].lower() if False else '1.2'",
        "1.2 @m.py:3",
    ),
    ("# 1.2\nV = open('m.py').readline().strip().lstrip('# ')", "1.2 @m.py:1"),
    ("V = 1.5", "1.5 @m.py:1"),
    ("V = 'a' if 'x' in ('x', 'y') else 'b'", "a @m.py:1"),
    ("V = 'a' if 'x' not in 'xy' else 'b'", "b @m.py:1"),
    ("V = 'a' if -1 == int('1') else 'b'", "b @m.py:1"),
    ("class C: pass\nV = '1.2'\nasync def g(): pass", "1.2 @m.py:2"),
    ("# -*- coding: latin-1 -*-\nX = '\u00e9'\nV = '1.2'".encode("latin-1"), "1.2 @m.py:3"),
    (b"\xef\xbb\xbfV = '1.2'\r\n", "1.2 @m.py:1"),
    ("X = '\\d'\nV = '1.2'", "1.2 @m.py:2"),
]


@pytest.mark.parametrize(("source", "expected"), FOLLOWED)
def test_what_is_followed(source: str | bytes, expected: str, tmp_path: Path) -> None:
    """A version that comes from literals is known, with the line that states it."""
    assert evaluate(tmp_path, source) == expected


NOT_FOLLOWED = [
    "",
    "V: str",
    "del V",
    "V = '1'\ndel V",
    "V = V",
    "V = unknown",
    "V = unknown()",
    "V = unknown.name",
    "import unknown\nV = unknown.name",
    "from unknown import V",
    "from . import V",
    "from .none import V",
    "from .none import *",
    "from ... import V",
    "import os\nV = os.environ['V']",
    "import os\nV = os.popen('id').read()",
    "import sys\nV = '1' if sys.version_info >= (3, 11) else '2'",
    "import sys\nV = '1' if sys.version_info == (3, 9) else '2'",
    "for V in '1', '2': pass",
    "for i in range(3): V = '1'",
    "while True: V = '1'",
    "V = '1'\nwhile x: V = '2'",
    "try: V = f()\nexcept Exception: V = '1'",
    "if unknown: V = '1'",
    "match x:\n  case 1: V = '1'",
    "class V: pass",
    "async def V(): pass",
    "@cache\ndef f(): return '1'\nV = f()",
    "def f(): yield '1'\nV = f()",
    "def f():\n  try:\n    return '1'\n  except E:\n    return '2'\nV = f()",
    "def f():\n  if unknown(): return '1'\nV = f()",
    "def f():\n  while True: return '1'\nV = f()",
    "def f():\n  for x in unknown(): return x\nV = f()",
    "def f():\n  for a, b in [(1, 2)]: return '1'\nV = f()",
    "def f():\n  from unknown import *\n  return '1'\nV = f()",
    "def f():\n  x = unknown()\n  return x\nV = f()",
    "def f():\n  x.y = 1\n  return x\nV = f()",
    "def f():\n  with open('none') as x:\n    return x.read()\nV = f()",
    "def f():\n  exec(unknown, x)\n  return x['V']\nV = f()",
    "def f(): raise SystemExit\nV = f()",
    "def f(a): return a\nV = f()",
    "def f(a): return a\nV = f(**{'a': '1'})",
    "a = '1'\ndef f(*, a): return a\nV = f()",
    "a = '1'\ndef f(**a): return a\nV = f()",
    "def f(): return f()\nV = f()",
    "def f(): return g()\ndef g(): return f()\nV = f()",
    "V = lambda: '1'",
    "V = [x for y in ['1'] for x in y]",
    "V = [a for a, b in ['12']]",
    "V = ''.join(x async for x in y)",
    "V = {**a}['x']",
    "V = {'x': '1', **a}['x']",
    "V = {'x': '1', a: '2'}['x']",
    "V = {'x': '1'}\nV.update(**a)\nV = V['x']",
    "V = {'x': '1'}\nV.update({'y': 2}, **a)\nV = V['x']",
    "V = {'x': '1'}\nV.update(a)\nV = V['x']",
    "V = {'x': '1'}\nV.update({**a})\nV = V['x']",
    "V = {'x': '1'}\nV.setdefault('x', '2')\nV = V['x']",
    "V = {'x': '1'}\nV[a] = '2'\nV = V['x']",
    "V = {'x': '1'}\nB = {**a}\nV = (V | B)['x']",
    "V = {'a': '1'}['b']",
    "V = dict(a, b)['a']",
    "V = dict('a')['a']",
    "V = '1'[0:2:'x']",
    "V = '123'[::2]",
    "V = ('1', '2')[::0]",
    "V = ('1',)[1]",
    "V = ('1',)['x']",
    "V = '1'['x']",
    "V = '1'.upper()",
    "V = '1'.replace('a')",
    "V = '1'.replace('a', 'b', 1)",
    "V = '1'.join('x')",
    "V = '1'.split('')",
    "V = '1'.format",
    "V = '{}'.format()",
    "V = '{0:>9}'.format(1)",
    "V = '{a.b}'.format(a=1)",
    "V = '%5d' % 1",
    "V = '%s' % (1, 2)",
    "V = '%(a)s' % {'a': 1}",
    "V = f'{1:>1000000000}'",
    "V = f'{1!r}'",
    "V = '1' * 1000000000",
    "V = 1 + 1",
    "V = '1' + 1",
    "V = 1 | '1'",
    "V = ~1",
    "V = 'a' if 1 < 2 < 3 else 'b'",
    "V = 'a' if '1' > '0' else 'b'",
    "V = 'a' if 1 in 2 else 'b'",
    "V = 'a' if () == () else 'b'",
    "V = int('x')",
    "V = int()",
    "V = map(len, ['1'])",
    "V = ''.join(map(unknown, '1'))",
    "V = next(())",
    "V = open()",
    "V = open('m.py').write('x')",
    "V = open('none').read()",
    "V = open('../x').read()",
    "V = open('m.py').read() * 2",
    "V = eval('unknown()')",
    "V = eval('(1, 2)')",
    "exec('V = 1')",
    "exec(unknown)",
    "I = {}\nexec('x = 1', I)\nV = I['x']",
    "import runpy\nV = runpy.run_path('none')['V']",
    "import re\nV = re.search('(', 'x').group(1)",
    "import re\nV = re.search('x', 'y').group(0)",
    "import re\nV = re.search('x', 'x').group(7)",
    "import re\nV = re.search('x', 'x').group(0, 0)",
    "import re\nV = re.search('x', 'x').span()",
    "import re\nV = re.search('x', unknown)",
    "import re\nV = re.search(1, 'x')",
    "import re\nV = re.findall('(a)(b)', 'ab')[0]",
    "import re\nV = re.findall('x', 'y')[0]",
    "import re\nV = re.sub('a', '1', 'a')",
    "import tomllib\nV = tomllib.loads('=')['a']",
    "import tomllib\nV = tomllib.loads('a = 1')['a']",
    "from pathlib import Path\nV = Path('x').stem",
    "from pathlib import Path\nV = Path('x').rglob('*')",
    "V = locals()['x']",
    "V = '1.2'\ndef f():\n  pass\nV = f",
    "V = ...",
    "V = 1j",
    "V = '" + "x" * 201 + "'",
    "V = 1" + "0" * 100,
    "V = 1e999",
]


@pytest.mark.parametrize("source", NOT_FOLLOWED)
def test_what_is_not_followed(source: str, tmp_path: Path) -> None:
    """Whatever asks the world, or is more than literals put together, is a reason and never a guess."""
    with pytest.raises(UnreadableError) as caught:
        evaluate(tmp_path, source)
    assert str(caught.value)


HOSTILE = {
    "attributes": "V = x" + ".a" * 100_000,
    "sums": "V = '1'" + "+'1'" * 100_000,
    "minuses": "V = " + "-" * 100_000 + "1",
    "parentheses": "V = " + "(" * 5_000 + "1" + ")" * 5_000,
    "lists": "V = " + "[" * 90 + "'1'" + "]" * 90,
    "calls": "V = f" + "()" * 100_000,
    "powers": "V = 1" + "**1" * 50_000,
    "choices": "V = " + "'1' if x else " * 50_000 + "'2'",
    "branches": "if x:\n pass\n" + "elif x:\n V = '1'\n" * 3_000,
    "a huge number": "V = " + "9" * 100_000,
    "a huge hexadecimal number": "V = str(0x" + "f" * 100_000 + ")",
    "a NUL": "V = '1\0'",
    "not UTF-8": b"V = '\xff'",
    "an unknown encoding": "# coding: none\nV = '1'",
    "an odd encoding": "# coding: rot13\nV = '1'",
    "UTF-16": "V = '1'".encode("utf-16"),
    "Python 2": "print '1'",
    "doubling": "V = 'x'\n" + "V = V + V\n" * 60 + "V = V[:1]",
    "doubling of lists": "V = ('x',)\n" + "V = V + V\n" * 60 + "V = V[0]",
    "references": "V0 = '1'\n" + "".join(f"V{n} = V{n - 1} and V{n - 1}\n" for n in range(1, 60)) + "V = V59",
    "stars": "from m import *\n" * 200,
    "loops": "def f():\n" + "".join(f"{' ' * n}for a{n} in 'a b c d e f g h'.split():\n" for n in range(1, 12))
    + " " * 12 + "x = 1\n return 'x'\nV = f()",
    "patterns": "import re\nV = '" + "a" * 90 + "b'\n" + "V = V if re.search('(a+)+$', V) else V\n" * 9,
    "statements": "V = '1'\n" * 60_000,
}  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_source_ends_soon(source: str | bytes, tmp_path: Path) -> None:
    """No source takes long, fills the memory or ends in another error; some are even read."""
    began = time.process_time()
    with suppress(UnreadableError):
        assert evaluate(tmp_path, source)
    assert time.process_time() - began < 20


def test_nothing_of_the_project_is_run(tmp_path: Path) -> None:
    """Reading leaves no trace: a module that would write a file on import does not."""
    mark = tmp_path / "ran"
    source = f"open({str(mark)!r}, 'w').write('x')\nexec(\"open('ran', 'w')\")\nV = '1.2'"
    with pytest.raises(UnreadableError):
        evaluate(tmp_path, source, "W")
    assert evaluate(tmp_path, source) == "1.2 @m.py:3"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.py"]


def test_first_plain_assignment(tmp_path: Path) -> None:
    """Some backends take the first literal at the top of a module and look no further."""
    (tmp_path / "m.py").write_text("if x:\n  V = '0'\nV = f()\nV = '1'\nV = '2'\n")
    python = Evaluator(tree=plant(tmp_path))
    value = python.first("m.py", "V", ast.Constant)
    assert value
    assert (value.it, value.line) == ("1", 4)
    assert python.first("m.py", "W", ast.Constant) is None


@pytest.mark.parametrize("expression", ["", "1 +", "\0", "(" * 5000, "import x"])
def test_expression_that_is_none(expression: str, tmp_path: Path) -> None:
    """An expression of the configuration that is no Python is told as such."""
    with pytest.raises(UnreadableError, match="is not a valid expression"):
        evaluate(tmp_path, "V = '1'", expression)
