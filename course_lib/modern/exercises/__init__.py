"""What the learner writes in lesson 13: LLaMA's block, the mask of a sliding window, a mixture of experts, its balance."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "llama_block",
    "sliding_mask",
    "mixture",
    "balance",
)
