"""Positional encoding: how a model that reads everything at once knows what stands where.

- ``by_hand``: NumPy: sinusoids, the shift as a rotation, plain numbers, adding
- ``in_torch``: the same names in PyTorch, with gradients
- ``order_task``: one head trained on a task that cannot be solved without order
- ``explore``: the lesson's live figures
- ``exercises``: what the learner writes
"""
