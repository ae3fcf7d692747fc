"""What is known: facts, each a function of other facts.

The name of a function is the name of the fact; `supply` calls it when a stage or a check asks for it, and imports a
module here only when those before it lack the fact.
"""
