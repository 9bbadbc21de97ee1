"""Backpropagation: the backward pass of every operation of the course, up to a whole GPT.

- ``by_hand``: one function for each operation, from the gradient of its output to those of its inputs
- ``heads``, ``blocks``, ``gpt``: multi-head attention, the block and a whole GPT, forward and backward, in NumPy
- ``descent``: a GPT trained by NumPy alone, and how far each table travels
- ``engine``: values that remember what they were made from, and one function that walks them back
- ``by_parts``: a block's way back from those parts alone, and a GPT as a graph of nodes
- ``graph``: a small graph of single numbers that one can step through
- ``recurrence``: how much of a gradient is left after a distance, in a recurrence and in attention
- ``in_torch``: the same names by autograd
- ``figures``: the lesson's figures, one file each
- ``exercises``: what the learner writes
"""
