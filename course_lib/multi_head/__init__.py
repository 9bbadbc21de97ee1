"""Several heads at once: split without copying, attend side by side, join, and mix.

- ``by_hand``: NumPy, head by head and all at once
- ``in_torch``: the same names in PyTorch, and the module that trains
- ``cache``: keys and values of tokens already read
- ``explore``: the lesson's live figures
- ``exercises``: what the learner writes
"""
