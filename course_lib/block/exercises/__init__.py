"""What the learner writes in lesson 06: the feed-forward network and the norm in two forms each, dropout, and the block they make up."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "feed_forward",
    "swiglu",
    "layer_norm",
    "rms_norm",
    "dropout",
    "block",
)
