"""What the learner writes in lesson 10: a batch, AdamW, a schedule, micro-batches, clipping, the loop, a draw."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "batch",
    "adamw_step",
    "learning_rate",
    "accumulate",
    "clip",
    "train",
    "sample",
)
