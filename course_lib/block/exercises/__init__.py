"""What the learner writes in lesson 06: the feed-forward network, layer norm, dropout, and the block they make up."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "feed_forward",
    "layer_norm",
    "dropout",
    "block",
)
