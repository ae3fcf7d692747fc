"""Secrets of every kind, made up at run time, each beside what documentation writes in its place."""

from __future__ import annotations

import random
import string
import textwrap
from base64 import b64encode
from typing import NamedTuple

ALNUM = string.ascii_letters + string.digits
URLSAFE = ALNUM + "-_"
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits
BASE32 = string.ascii_uppercase + "234567"
BASE64 = ALNUM + "+/"


class Case(NamedTuple):
    """A kind of secret, a line that holds one, and the same line with a placeholder."""

    kind: str
    secret: str
    placeholder: str
    path: str = ""


def some(alphabet: str, length: int, seed: object = 0) -> str:
    """Return random characters, the same each time for the same seed."""
    return "".join(random.Random(f"{alphabet}{length}{seed}").choices(alphabet, k=length))  # noqa: S311 - not for security


def token(kind: str, head: str, alphabet: str, length: int, tail: str = "") -> Case:
    """Return a token of a head and random characters; its placeholder is as long and says nothing."""
    return Case(kind, f"{head}{some(alphabet, length, head)}{tail}", f"{head}{'x' * length}{tail}")


def index_token(name: str) -> str:
    """Return the beginning of an API token of an index: version and name, as a macaroon has them."""
    packed = bytes((2, 1, len(name))) + name.encode()
    return "pypi-" + b64encode(packed + bytes(3 - len(packed) % 3)).decode().rstrip("=")[:-2]


def pem(label: str, seed: str = "", headers: str = "") -> str:
    """Return a private key in armour."""
    mark = "-" * 5
    lines = "\n".join(textwrap.wrap(some(BASE64, 640, label + seed), 64))
    return f"{mark}BEGIN {label}{mark}\n{headers}{lines}\n{mark}END {label}{mark}\n"


def hinted(label: str) -> str:
    """Return a private key as documentation shows it."""
    mark = "-" * 5
    return f"{mark}BEGIN {label}{mark}\n{some(BASE64, 20)}...\n{mark}END {label}{mark}\n"


def beside(kind: str, name: str, alphabet: str, length: int) -> Case:
    """Return a value that is known by its name alone."""
    return Case(kind, f'{name} = "{some(alphabet, length, name)}"', f'{name} = "{"x" * length}"')


def _tokens() -> list[Case]:
    return [
        Case("PyPI API token", index_token("a" * 8) + some(URLSAFE, 150), index_token("a" * 8) + "..."),
        Case("TestPyPI API token", index_token("a" * 13) + some(URLSAFE, 150), "pypi-AgEN" + "x" * 150),
        Case("API token of a package index", index_token("a" * 20) + some(URLSAFE, 150), "pypi-AgEU" + "x" * 150),
        *(token("GitHub token", f"gh{each}_", ALNUM, 36) for each in "pousr"),
        token("GitHub token", "ghs" + "_1234567_eyJ", URLSAFE, 60, "." + some(URLSAFE, 60)),
        token("GitHub token", "github_" + "pat_", ALNUM, 22, "_" + "x" * 59)._replace(
            secret="github_" + "pat_" + some(ALNUM, 22) + "_" + some(ALNUM, 59)
        ),
        *(token("GitLab token", f"gl{each}-", URLSAFE, 20) for each in ("pat", "dt", "rt", "ptt", "cbt", "agent")),
        token("npm token", "npm" + "_", ALNUM, 36),
        *(token("Slack token", f"xox{each}-1234567890-", ALNUM, 24) for each in "bparso"),
        token("Slack token", "xoxe-" + "1-", ALNUM, 140),
        token("Slack token", "xapp-" + "1-A0B1C2D3E4F-8273645091-", HEX, 64),
        *(token("Stripe live key", f"{each}_live_", ALNUM, 24) for each in ("sk", "rk")),
        *(token("Docker token", f"dckr_{each}_", URLSAFE, 27) for each in ("pat", "oat")),
        token("Hugging Face token", "hf" + "_", string.ascii_letters, 34),
        token("OpenAI key", "sk" + "-", ALNUM, 20, "T3BlbkFJ" + "x" * 20)._replace(
            secret="sk-" + some(ALNUM, 20) + "T3BlbkFJ" + some(ALNUM, 20, 1)
        ),
        *(token("OpenAI key", f"sk-{each}-", URLSAFE, 156) for each in ("proj", "svcacct", "admin")),
        *(token("Anthropic key", f"sk-ant-{each}-", URLSAFE, 93) for each in ("api03", "admin01")),
        token("OpenRouter key", "sk-or-" + "v1-", HEX, 64),
        token("Groq key", "gsk" + "_", ALNUM, 52),
        token("xAI key", "xai" + "-", ALNUM, 80),
        token("Perplexity key", "pplx" + "-", ALNUM, 48),
        token("Replicate token", "r8" + "_", ALNUM, 37),
        token("Google OAuth client secret", "GOCSPX" + "-", URLSAFE, 28),
        *(token("DigitalOcean token", f"do{each}_v1_", HEX, 64) for each in "por"),
        *(token("Shopify token", f"shp{each}_", HEX, 32) for each in ("at", "ca", "pa", "ss")),
        token("RubyGems key", "rubygems" + "_", HEX, 48),
        token("Linear key", "lin_api" + "_", ALNUM, 40),
        token("Grafana token", "glsa" + "_", ALNUM, 32, "_" + some(HEX, 8)),
        token("Grafana token", "glc" + "_eyJ", ALNUM, 100),
        token("Sentry token", "sntrys" + "_eyJ", ALNUM, 100),
        token("Sentry token", "sntryu" + "_", HEX, 64),
        token("Notion token", "ntn" + "_", ALNUM, 46),
        token("1Password token", "ops" + "_eyJ", URLSAFE, 240),
        token("Pulumi token", "pul" + "-", HEX, 40),
        token("Postman key", "PMAK" + "-", HEX, 24, "-" + some(HEX, 34)),
        token("New Relic key", "NRAK" + "-", UPPER, 27),
        *(token("Square token", f"sq0{each}-", URLSAFE, 22) for each in ("atp", "csp")),
        token("Tailscale key", "tskey-auth-", ALNUM, 12, "-" + some(ALNUM, 32)),
    ]


def _marked() -> list[Case]:
    azure = "DefaultEndpointsProtocol=https;AccountName=store;Account" + "Key="
    host = "hooks.slack" + ".com"
    return [
        *(
            Case("AWS access key id", head + some(BASE32, 16), head + "IOSFODNN7" + "EXAMPLE")
            for head in ("AKIA", "ASIA")
        ),
        beside("AWS secret key", "aws_secret_access_key", BASE64, 40),
        beside("AWS secret key", "AWS_SECRET_ACCESS_KEY", BASE64, 40),
        beside("AWS secret key", "secretAccessKey", BASE64, 40),
        token("Google API key", "AI" + "za", URLSAFE, 35),
        token("age secret key", "AGE-SECRET" + "-KEY-1", UPPER, 58),
        token("Azure account key", azure, BASE64, 86, "=="),
        token("Azure account key", "SharedAccess" + "Key=", BASE64, 43, "="),
        token("Azure shared access signature", "Shared" + "AccessSignature=sr=store&sig=", ALNUM, 44),
        token("Azure shared access signature", "https://store.example/a?sv=2026&" + "sig=", ALNUM, 43, "%3D"),
        token("Azure client secret", "aB3" + "8Q~", ALNUM, 34),
        token("Atlassian token", "ATA" + "TT3", URLSAFE, 180),
        token("Vault token", "hvs." + "CAESI", URLSAFE, 90),
        token("Telegram token", "8273645091" + ":AA", URLSAFE, 33),
        beside("Twilio token", "TWILIO_AUTH_TOKEN", HEX, 32),
        Case(
            "npm token", "//npm.example/:_auth" + f"Token={some(URLSAFE, 40)}", "//npm.example/:_authToken=${NPM_TOKEN}"
        ),
        token("SendGrid key", "SG" + ".", URLSAFE, 22, "." + some(URLSAFE, 43)),
        token("index token in base64", b64encode(b"__token__:pypi").decode(), BASE64, 200)._replace(
            secret=b64encode(f"__token__:pypi-AgEI{some(URLSAFE, 150)}".encode()).decode()
        ),
        token("GitHub token in base64", b64encode(b"x-access-token:").decode() + "Z2hz", BASE64, 60),
        token("Slack webhook", f"https://{host}/services/T01ABCDEF/B01ABCDEF/", ALNUM, 24),
        token("Discord webhook", "https://discord" + ".com/api/webhooks/827364509182736450/", URLSAFE, 68),
        token("Teams webhook", "https://store.webhook.office" + ".com/webhookb2/", HEX, 36)._replace(
            secret=f"https://store.webhook.office.com/webhookb2/{some(HEX, 36)}@{some(HEX, 36, 1)}/IncomingWebhook/"
        ),
    ]


LABELS = ("PRIVATE KEY", "RSA PRIVATE KEY", "DSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY",
          "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK")  # fmt: skip
ENCRYPTED = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF\n\n"


def _keys() -> list[Case]:
    rsa = pem("RSA PRIVATE KEY")
    lines = rsa.splitlines()
    putty, ssh2, ssh1 = (
        "PuTTY-User-Key-" + "File-",
        "---- BEGIN SSH2 ENCRYPTED " + "PRIVATE KEY ----",
        "SSH PRIVATE KEY FILE",
    )
    certificate = b64encode(pem("CERTIFICATE").encode()).decode()
    quoted = '{"private_key": "%s"}'
    bodies = [
        *((pem(label), hinted(label)) for label in LABELS),
        (pem("RSA PRIVATE KEY", headers=ENCRYPTED), hinted("RSA PRIVATE KEY")),
        (pem("PGP PRIVATE KEY BLOCK", headers="Version: 1\n\n"), hinted("PGP PRIVATE KEY BLOCK")),
        (quoted % rsa.replace("\n", "\\n"), quoted % f"{lines[0]}\\n..."),
        ("\n".join(f'    b"{line}\\n"' for line in lines), f'    b"{lines[0]}\\n" + body'),
        ("\n".join(f"# {line}" for line in lines), f"# {lines[0]}"),
        (textwrap.indent(rsa, "    "), f"if {lines[0]!r} in text:\n    pass"),
        (rsa.replace("\n", "\r\n"), rsa.replace("PRIVATE", "PUBLIC")),
        (f"{putty}3: ssh-ed25519\r\nEncryption: none\r\n", f"{putty}3"),
        (f"{ssh2}\nComment: mine\n", f"`{ssh2}`"),
        (f"{ssh1} FORMAT 1.1\n\0\0", f"{ssh1} FORMAT 1.1, it says"),
    ]
    encoded = (b64encode(pem(label).encode()).decode() for label in LABELS)
    return [
        *(Case("private key", secret, placeholder) for secret, placeholder in bodies),
        *(Case("private key in base64", secret, certificate) for secret in encoded),
    ]


def _address(rest: str) -> str:
    return "https:" + f"//{rest}"


def _files() -> list[Case]:
    password = some(ALNUM, 14)
    return [
        Case(
            "credentials in an address",
            _address(f"deploy:{password}@git.sample.dev/a"),
            _address("user:pass@git.sample.dev/a"),
        ),
        Case(
            "password",
            f"[pypi]\nusername = me\npassword = {password}\n",
            "[pypi]\nusername = me\npassword =\n",
            ".pypirc",
        ),
        Case("password", f"[pypi]\npassword: {password}\n", "[pypi]\npassword: ${PASSWORD}\n", "home/.pypirc"),
        Case("password", f"machine a login b password {password}\n", "machine a login b password secret\n", ".netrc"),
        Case("password", f"machine a\n  login b\n  password {password}\n", "machine a\n  login b\n", "_netrc"),
        Case("password", f"DEBUG=1\nDB_PASSWORD={password}\n", f"DEBUG=1\nDB_NAME={password}\n", ".env"),
        Case("password", f"export API_TOKEN='{password}'\n", "export API_TOKEN='changeme'\n", "deploy/.env.production"),
        Case("password", f"//a/:_password={password}\n", "//a/:_password=${A}\n", ".npmrc"),
        Case("password", f"a:5432:b:c:{password}\n", "a:5432:b:c:password\n", ".pgpass"),
        Case("password", f"[client]\npassword={password}\n", "[client]\npassword=secret\n", ".my.cnf"),
        Case("password", f'{{"auths": {{"a": {{"auth": "{password}"}}}}}}', '{"auths": {"a": {}}}', ".dockercfg"),
    ]


CASES = (*_tokens(), *_marked(), *_keys(), *_files())
