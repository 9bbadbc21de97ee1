"""What the learner writes in lesson 04: softmax, scores, a mask, attention, one head."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "softmax",
    "scaled_scores",
    "causal_mask",
    "attention",
    "single_head",
)
