"""What the learner writes in lesson 09: the way back through six operations, and the mistakes people make on it."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "reused_value",
    "linear_backward",
    "softmax_backward",
    "cross_entropy_backward",
    "layer_norm_backward",
    "attention_backward",
)
