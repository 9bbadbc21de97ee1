"""Attention: every token looks at every other one and takes over a weighted share of what it finds.

- ``by_hand``: NumPy, as loops, as matrix products and as einsum
- ``in_torch``: the same names in PyTorch, with gradients
- ``masking``: a mask applied in the right way and in the two well-known wrong ways
- ``figures``: the lesson's figures, one file each
- ``exercises``: what the learner writes
"""
