"""Embedding: integers become vectors, and vectors come to mean something.

- ``by_hand``: NumPy: looking a row up, the dot product, the matrix product, the cosine, the nearest rows
- ``in_torch``: the same names in PyTorch, with the gradient that reaches the table
- ``training``: a table that learns to fill in missing words; ``python -m course_lib regenerate embedding`` writes it again
- ``trained_table``: that table as it lies in data/, before, during and after training
- ``meaning``: what a table knows, scored: neighbours, pairs of words, directions
- ``figures``: the lesson's figures, one file each
- ``exercises``: what the learner writes
"""
