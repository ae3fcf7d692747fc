"""Finds secrets by their anchored shapes, never by a guess from entropy, and never repeats what it finds.

`tokens` is the table of prefixed tokens; `shapes` joins it with private keys (`keys`), credentials in addresses
(`addresses`) and values beside their name (`named`); `values` looks for the values of secret-named variables;
`placeholders` tells what documentation writes instead of a secret. `scan` reads bytes or streams, `nested` archives
within bytes, `names` judges what a file is by its name.
"""
