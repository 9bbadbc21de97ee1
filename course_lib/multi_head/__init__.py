"""Several heads at once: split without copying, attend side by side, join, and mix.

- ``by_hand``: NumPy, head by head and all at once
- ``in_torch``: the same names in PyTorch, and the module that trains
- ``cache``: keys and values of tokens already read
- ``packed``: this layer's weights in torch.nn.MultiheadAttention
- ``wrong_ways``: the cuts that go wrong, among them the bug of the articles
- ``small_model``: a language model of attention alone; ``record``: the runs of it that were kept
- ``figures``: the lesson's figures, one file each
- ``exercises``: what the learner writes
"""
