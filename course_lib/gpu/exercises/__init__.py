"""What the learner writes in lesson 11: a clock that waits, intensity, roofline, utilisation, tiles, bytes, shares, a ring."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "time_it",
    "matmul_intensity",
    "roofline",
    "mfu",
    "tiled_attention",
    "training_bytes",
    "sharded_bytes",
    "ring_all_reduce",
)
