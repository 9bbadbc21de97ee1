"""What the learner writes in lesson 09: an engine, the way back through each operation, and through a whole block."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "backward",
    "reused_value",
    "linear_backward",
    "look_up_backward",
    "softmax_slopes",
    "softmax_backward",
    "cross_entropy_backward",
    "centre_backward",
    "layer_norm_backward",
    "attention_backward",
    "block_backward",
)
