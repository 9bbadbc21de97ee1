"""The part of a Transformer that is repeated: attention, feed-forward network, residual paths, norms, dropout.

- ``by_hand``: NumPy
- ``in_torch``: the same names in PyTorch, and the module that trains
- ``explore``: the lesson's live figures
- ``exercises``: what the learner writes
"""
