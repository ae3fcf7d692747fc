"""Where the files of a distribution come from: of the commit, made by a known habit of a build, or from nowhere known.

`tree` says what a commit holds, `habits` and `named` what a build may add or change, `rewritten` how far it may change
its configuration, `trace` judges each file, and `packages` tells what of the packages got lost on the way.
"""
