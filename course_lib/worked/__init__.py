"""A learner's own copies of the notebooks: where they lie, what of them is work, and how they come into a newer course.

``notebooks/`` is what git keeps, and nobody works there; ``my_notebooks/`` beside it is what one opens and git never looks
at. So a run and saved notebook is no change in git's eyes, an answer never keeps a newer version away, and none is ever
written over. (A filter of git's would do less: git compares the length of a file before it asks any filter, so a saved
output stays a change.)

- ``state``: what a notebook's file holds, in whatever state it is; whether somebody has worked there
- ``folder``: the copies: made, brought up to date, kept aside, begun afresh
- ``carrying``: answers from an older notebook into a newer one
- ``renewing``: all of them, after the course has become newer
- ``fetching``: the newer course itself, by git
"""
