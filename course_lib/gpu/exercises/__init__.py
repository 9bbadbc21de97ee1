"""What the learner writes in lesson 11: intensity, roofline, utilisation, bytes."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "matmul_intensity",
    "roofline",
    "mfu",
    "training_bytes",
)
