"""What the learner writes in lesson 02: a look-up, the matrix product, the cosine, the nearest rows."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "look_up",
    "matmul_by_loops",
    "cosine_similarity",
    "nearest",
)
