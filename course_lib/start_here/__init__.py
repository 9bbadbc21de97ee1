"""Before the first lesson: a recurrence to compare with, and one exercise to learn how checking feels.

- ``by_hand``: NumPy
- ``in_torch``: the same names in PyTorch
- ``explore``: work and waiting, recurrence against attention
- ``machine``: does this computer have what the course needs
- ``exercises``: what the learner writes
"""
