"""Realistic mistakes, put into the programmes one at a time, to measure what the checks find.

`make mutations` runs all of them; `tests/test_mutations.py` a sample. A kind of mistake is a
small function in `kinds/`; nothing here asks the checks where a mistake could be.
"""
