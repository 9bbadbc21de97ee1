"""What the learner writes in lesson 03: the table, the rotation, the sum, and rotary positions."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "sinusoidal",
    "shift_matrix",
    "add_positions",
    "rotate",
)
