"""Release automation for Python projects, driven by nox sessions.

The map of the package: `sessions` gives a noxfile its sessions; each of them runs `python -m release_tools
STAGE` in an environment of its own. `pipeline` holds the order of the stages, `runner` runs one, `stages/`
holds them. `facts/` gathers what is known about the project, `checks/` judges it, `versions/` and `changelog/`
read it. `adapters/` are the only doors to the world, `ledger` hands evidence from stage to stage, `console`
alone prints, and `__main__` alone exits.
"""

__version__ = "0.1.0"
