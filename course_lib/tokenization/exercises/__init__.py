"""What the learner writes in lesson 01: count, merge, train, encode, decode, cut into words, special tokens."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "count_pairs",
    "merge",
    "train",
    "encode",
    "decode",
    "split_words",
    "encode_with_special",
)
