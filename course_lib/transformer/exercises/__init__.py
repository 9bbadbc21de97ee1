"""What the learner writes in lesson 07: cross-attention, the masks of the three families, greedy writing."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "cross_attention",
    "attention_mask",
    "greedy_decode",
)
