"""Positional encoding: how a model that reads everything at once knows what stands where.

- ``by_hand``: NumPy: sinusoids, the shift as a rotation, plain numbers, adding, rotary positions
- ``in_torch``: the same names in PyTorch, with gradients
- ``order_task``: one head trained on a task that cannot be solved without order, seven encodings
- ``figures``: the lesson's figures, one file each
- ``exercises``: what the learner writes
"""
