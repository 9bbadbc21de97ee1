"""Before the first lesson: a recurrence to compare with, and one exercise to learn how checking feels.

- ``by_hand``: NumPy
- ``in_torch``: the same names in PyTorch
- ``figures``: the lesson's figures, one file each
- ``machine``: does this computer have what the course needs
- ``exercises``: what the learner writes
"""
