"""What the learner writes in lesson 07: cross-attention, the masks, a whole GPT from ids to logits, greedy writing."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "gpt_logits",
    "cross_attention",
    "attention_mask",
    "padding_mask",
    "greedy_decode",
)
