"""What the learner writes in lesson 05: split, join, several heads, their sum, shared keys, and a cache."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "split_heads",
    "merge_heads",
    "multi_head_attention",
    "sum_over_heads",
    "attend_with_cache",
    "grouped_attention",
)
