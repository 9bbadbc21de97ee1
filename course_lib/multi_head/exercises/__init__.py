"""What the learner writes in lesson 05: split, join, several heads, and the output as a sum over heads."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "split_heads",
    "merge_heads",
    "multi_head_attention",
    "sum_over_heads",
)
