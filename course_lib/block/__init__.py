"""The part of a Transformer that is repeated: attention, feed-forward network, residual paths, norms, dropout.

- ``by_hand``: NumPy
- ``in_torch``: the same names in PyTorch, and the module that trains
- ``stages``: what stands on the residual path at each station of a block
- ``peers``: PyTorch's own encoder layer with our weights, and the way back
- ``inventory``: what a built model is made of
- ``depth``: what reaches the other end of a deep stack, forwards and backwards
- ``deep_task``: twelve blocks on the easiest task there is, with parts left out
- ``figures``: the lesson's figures, one file each
- ``exercises``: what the learner writes
"""
