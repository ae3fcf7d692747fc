"""Files that the index refuses, each beside a twin that differs in the one thing and is taken: as data."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = "Metadata-Version: {}\nName: Sample.Project\nVersion: 1.2.3\n"


@dataclass(frozen=True, slots=True)
class Pair:
    """What is taken and what is refused, by the check that says so; of the metadata, lines behind name and version.

    `version` is that of the metadata; where `whole` is true, the lines are all of it.
    """

    good: str
    bad: str
    check: str
    words: str = ""
    version: str = "2.4"
    whole: bool = False


FIELDS = {
    "metadata version unknown": Pair(HEAD.format("2.4"), HEAD.format("9.9"), "metadata-valid", "'9.9'", whole=True),
    "metadata version too new": Pair(HEAD.format("2.5"), HEAD.format("2.6"), "metadata-valid", "'2.6'", whole=True),
    "metadata version withdrawn": Pair(HEAD.format("2.1"), HEAD.format("2.0"), "metadata-valid", "'2.0'", whole=True),
    "metadata version no number": Pair(HEAD.format("2.1"), HEAD.format("two"), "metadata-valid", "'two'", whole=True),
    "no metadata version": Pair(
        HEAD.format("1.0"), HEAD.format("1.0").partition("\n")[2], "metadata-valid", "'metadata-version'", whole=True
    ),
    "no name": Pair(
        HEAD.format("2.1"), "Metadata-Version: 2.1\nVersion: 1.2.3\n", "metadata-valid", "'name'", whole=True
    ),
    "no version": Pair(
        HEAD.format("2.1"), "Metadata-Version: 2.1\nName: sample.project\n", "metadata-valid", "'version'", whole=True
    ),
    "name with a space": Pair(
        HEAD.format("2.1"), HEAD.format("2.1").replace("Sample.P", "Sample P"), "metadata-valid", "'name'", whole=True
    ),
    "name ends in a hyphen": Pair(
        HEAD.format("2.1"), HEAD.format("2.1").replace("ject", "ject-"), "metadata-valid", "ject-", whole=True
    ),
    "name not ASCII": Pair(
        HEAD.format("2.1"), HEAD.format("2.1").replace("ject", "jéct"), "metadata-valid", "jéct", whole=True
    ),
    "name twice": Pair("", "Name: Sample.Project", "metadata-valid", "'name' may stand once"),
    "version not of PEP 440": Pair(
        HEAD.format("2.1"), HEAD.format("2.1").replace("1.2.3", "1.2-x"), "metadata-valid", "'1.2-x'", whole=True
    ),
    "version twice": Pair("", "Version: 1.2.3", "metadata-valid", "'version' may stand once"),
    "summary too long": Pair(f"Summary: {'a' * 512}", f"Summary: {'a' * 513}", "summary-short", "513"),
    "summary of two lines": Pair("Summary: One line.", "Summary: One line.\n and two.", "metadata-valid", "'summary'"),
    "summary twice": Pair("Summary: a", "Summary: a\nSummary: b", "metadata-valid", "'a', 'b'"),
    "summary not UTF-8": Pair("Summary: \u00e9", "Summary: \udce9", "metadata-valid", "'summary'"),
    "keywords twice": Pair("Keywords: a,b", "Keywords: a\nKeywords: b", "metadata-valid", "'keywords'"),
    "address without @": Pair("Author-email: jane@example.org", "Author-email: jane", "emails-valid", "Author-email"),
    "name in place of an address": Pair("Author: Jane Doe", "Author-email: Jane Doe", "emails-valid", "has no @"),
    "address of one machine": Pair(
        "Author-email: Jane <jane@example.org>", "Author-email: Jane <jane@localhost>", "emails-valid", "'localhost'"
    ),
    "address with two dots": Pair(
        "Author-email: jane.doe@example.org", "Author-email: jane..doe@example.org", "emails-valid", "'jane..doe'"
    ),
    "address of no host": Pair(
        "Maintainer-email: j@example-x.org", "Maintainer-email: j@example_x.org", "emails-valid", "Maintainer-email"
    ),
    "address of a special host": Pair(
        "Author-email: jane@example.org", "Author-email: jane@example.test", "emails-valid", "example.test"
    ),
    "address with a number": Pair(
        "Author-email: jane@example.org", "Author-email: jane@10.0.0.1", "emails-valid", "10.0.0.1"
    ),
    "classifier unknown": Pair(
        "Classifier: Programming Language :: Python :: 3",
        "Classifier: Programming Language :: Parrot",
        "classifiers-known",
        "Parrot",
    ),
    "classifier in other case": Pair(
        "Classifier: Typing :: Typed", "Classifier: typing :: typed", "classifiers-known", "typing :: typed"
    ),
    "classifier deprecated": Pair(
        "Classifier: Natural Language :: Ukrainian",
        "Classifier: Natural Language :: Ukranian",
        "classifiers-known",
        "use Natural Language :: Ukrainian",
    ),
    "classifier empty": Pair(
        "Classifier: Typing :: Typed", "Classifier:\nClassifier: Typing :: Typed", "classifiers-known", "''"
    ),
    "classifier private": Pair(
        "Classifier: Typing :: Typed", "Classifier: Private :: Do Not Upload", "classifiers-public", "Do Not Upload"
    ),
    "classifier too early": Pair(
        "Platform: any", "Classifier: Typing :: Typed", "metadata-valid", "classifier", version="1.0"
    ),
    "license no expression": Pair(
        "License-Expression: MIT", "License-Expression: My Licence", "metadata-valid", "'My Licence'"
    ),
    "license expression cut": Pair(
        "License-Expression: MIT OR Apache-2.0", "License-Expression: MIT OR", "metadata-valid", "'MIT OR'"
    ),
    "license unknown": Pair(
        "License-Expression: LicenseRef-Own", "License-Expression: Own-1.0", "metadata-valid", "'Own-1.0'"
    ),
    "license told twice": Pair(
        "License-Expression: MIT", "License-Expression: MIT\nLicense: MIT", "license-told-once", "License is 'MIT'"
    ),
    "license expression too early": Pair(
        "License: MIT", "License-Expression: MIT", "metadata-valid", "license-expression", version="2.3"
    ),
    "license file lost": Pair("License-File: LICENSE", "License-File: COPYING", "license-files-present", "'COPYING'"),
    "license file in another folder": Pair(
        "License-File: LICENSE", "License-File: legal/LICENSE", "license-files-present", "'legal/LICENSE'"
    ),
    "license file outside": Pair("License-File: LICENSE", "License-File: ../LICENSE", "metadata-valid", "../LICENSE"),
    "license file pattern": Pair("License-File: LICENSE", "License-File: LICEN*", "metadata-valid", "LICEN*"),
    "license file absolute": Pair("License-File: LICENSE", "License-File: /LICENSE", "metadata-valid", "/LICENSE"),
    "license file of Windows": Pair("License-File: LICENSE", "License-File: a\\LICENSE", "metadata-valid", "LICENSE"),
    "dependency by address": Pair(
        "Requires-Dist: other>=1",
        "Requires-Dist: other @ https://example.org/other.whl",
        "dependencies-indexed",
        "other @ https://example.org/other.whl",
    ),
    "dependency by address and condition": Pair(
        "Requires-Dist: other; extra == 'x'",
        "Requires-Dist: other @ git+https://example.org/o ; extra == 'x'",
        "dependencies-indexed",
        "git+https",
    ),
    "dependency that is none": Pair("Requires-Dist: other", "Requires-Dist: >>1", "metadata-valid", "'>>1'"),
    "dependency with a wrong condition": Pair(
        "Requires-Dist: other; python_version > '3'", "Requires-Dist: other; python > '3'", "metadata-valid", "python >"
    ),
    "dependency too early": Pair(
        "Requires: other", "Requires-Dist: other", "metadata-valid", "requires-dist", version="1.1"
    ),
    "dependency too deep": Pair(
        "Requires-Dist: other; " + "(" * 9 + "os_name == 'x'" + ")" * 9,
        "Requires-Dist: other; " + "(" * 9000 + "os_name == 'x'" + ")" * 9000,
        "metadata-valid",
        "deeper",
    ),
    "provided by address": Pair(
        "Provides-Dist: other", "Provides-Dist: other @ https://example.org/o", "dependencies-indexed", "Provides-dist"
    ),
    "obsoletes nothing": Pair(
        "Obsoletes-Dist: other", "Obsoletes-Dist: the other one", "dependencies-indexed", "'the other one'"
    ),
    "python that is none": Pair("Requires-Python: >=3.8", "Requires-Python: 3.8+", "metadata-valid", "'3.8+'"),
    "python with a star": Pair("Requires-Python: >=3.8", "Requires-Python: >=3.8.*", "metadata-valid", "'>=3.8.*'"),
    "url without a label": Pair(
        "Project-URL: Home, https://example.org", "Project-URL: https://example.org", "urls-valid", "no address"
    ),
    "url with an empty label": Pair(
        "Project-URL: Home, https://example.org", "Project-URL: , https://example.org", "urls-valid", "no label"
    ),
    "url with a long label": Pair(
        f"Project-URL: {'a' * 32}, https://example.org",
        f"Project-URL: {'a' * 33}, https://example.org",
        "urls-valid",
        "33 characters",
    ),
    "url of another scheme": Pair(
        "Project-URL: Home, https://example.org", "Project-URL: Home, ftp://example.org", "urls-valid", "ftp://"
    ),
    "url without a scheme": Pair(
        "Project-URL: Home, https://example.org", "Project-URL: Home, example.org", "urls-valid", "'Home, example.org'"
    ),
    "url that is empty": Pair("Project-URL: Home, https://a", "Project-URL: Home,", "urls-valid", "no address"),
    "url of no port": Pair(
        "Project-URL: Home, https://a:65535/", "Project-URL: Home, https://a:65536/", "urls-valid", "65536"
    ),
    "label twice": Pair(
        "Project-URL: A, https://a\nProject-URL: B, https://a",
        "Project-URL: A, https://a\nProject-URL: A, https://b",
        "metadata-valid",
        "label twice",
    ),
    "home page without a scheme": Pair(
        "Home-page: https://www.example.org", "Home-page: www.example.org", "urls-valid", "Home-page is"
    ),
    "home page with brackets": Pair(
        "Home-page: https://example.org/a", "Home-page: https://example.org/[a]", "urls-valid", "%5B"
    ),
    "download from a repository": Pair(
        "Download-URL: https://example.org/a", "Download-URL: git+https://example.org/a", "urls-valid", "Download-URL"
    ),
    "extra that is no name": Pair("Provides-Extra: te-st", "Provides-Extra: te st", "metadata-valid", "'te st'"),
    "extra too early": Pair("Provides-Dist: x", "Provides-Extra: x", "metadata-valid", "provides-extra", version="1.2"),
    "dynamic version": Pair("Dynamic: Summary", "Dynamic: Version", "metadata-valid", "'version'"),
    "dynamic itself": Pair("Dynamic: Summary", "Dynamic: Dynamic", "dynamic-allowed", "itself"),
    "dynamic of no field": Pair("Dynamic: Summary", "Dynamic: Colour", "metadata-valid", "'colour'"),
    "dynamic too early": Pair("Summary: a", "Dynamic: Summary", "metadata-valid", "dynamic", version="2.1"),
    "field unknown": Pair("Summary: red", "Colour: red", "metadata-valid", "'colour' is unknown: 'red'"),
    "field misspelled": Pair(
        "Classifier: Typing :: Typed", "Classifiers: Typing :: Typed", "metadata-valid", "'classifiers' is unknown"
    ),
    "content type unknown": Pair(
        "Description-Content-Type: text/markdown", "Description-Content-Type: text/html", "metadata-valid", "text/html"
    ),
    "content type of another charset": Pair(
        "Description-Content-Type: text/markdown; charset=UTF-8",
        "Description-Content-Type: text/markdown; charset=latin-1",
        "metadata-valid",
        "latin-1",
    ),
    "content type of no variant": Pair(
        "Description-Content-Type: text/markdown; variant=GFM",
        "Description-Content-Type: text/markdown; variant=Own",
        "metadata-valid",
        "'Own'",
    ),
    "content type twice": Pair(
        "Description-Content-Type: text/plain",
        "Description-Content-Type: text/plain\nDescription-Content-Type: text/plain",
        "metadata-valid",
        "2 times",
    ),
    "description twice": Pair("Summary: a\n\nText", "Description: a\n\nText", "metadata-valid", "'description'"),
    "description not UTF-8": Pair("Summary: a\n\n\u00e9", "Summary: a\n\n\udce9", "metadata-valid", "'description'"),
    "description does not render": Pair(
        "Description-Content-Type: text/x-rst\n\nTitle\n=====\n\nText.\n",
        "Description-Content-Type: text/x-rst\n\nTitle\n=====\n\n.. bad::\n",
        "description-renders",
        "bad",
    ),
    "description by default does not render": Pair(
        "Description-Content-Type: text/markdown\n\n.. bad::\n",
        "Summary: a\n\n.. bad::\n",
        "description-renders",
        "bad",
    ),
    "description of white space": Pair(
        "Summary: a\n\nText\n", "Summary: a\n\n \n", "description-renders", "white space"
    ),
    "import name of hyphens": Pair(
        "Import-Name: sample_project",
        "Import-Name: sample-project",
        "metadata-valid",
        "'sample-project'",
        version="2.5",
    ),
    "import name of the language": Pair(
        "Import-Name: sample_project", "Import-Name: sample_project.class", "metadata-valid", "'class'", version="2.5"
    ),
    "import name too early": Pair("Summary: a", "Import-Name: sample_project", "metadata-valid", "import-name"),
    "fields without end": Pair(
        "".join(f"Platform: {number}\n" for number in range(3000)).rstrip("\n"),
        "".join(f"X{number}: a\n" for number in range(3000)).rstrip("\n"),
        "metadata-valid",
        "more than is ever read",
    ),
}


def metadata_of(pair: Pair, lines: str) -> bytes:
    """Return the metadata with some lines."""
    text = lines if pair.whole else f"{HEAD.format(pair.version)}{lines}\n"
    return text.encode("utf-8", "surrogateescape")
