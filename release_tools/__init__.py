"""Release automation for Python projects, driven by nox sessions.

The map of the package: `sessions` gives a noxfile its sessions; each of them runs `python -m release_tools
STAGE` in an `environment` of its own. `pipeline` holds the order of the stages, `runner` runs one, `stages/`
holds them, `gates` asks for the evidence that `ledger` hands from stage to stage.

- What is known: `facts/` gather it and `supply` hands it on. `versions/`, `changelog/` and `tags/` read the source,
  `distributions/` a wheel or sdist, `identity/` both beside each other, `secret_scan/` what should be in neither.
- What is wrong: `checks/`.
- The way out: `targets`, `credentials/`, `attestations/`, `delivery/`, then `verification/` and `github/`; `standing`
  tells how far a version is.
- `adapters/` are the only doors to the world, `config` and `options` what people asked for, `console` alone prints,
  and `__main__` alone exits.
"""

__version__ = "0.1.0"
