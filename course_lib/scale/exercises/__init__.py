"""What the learner writes in lesson 12: parameters, training operations, the cache, days, and what a batch is."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "parameter_count",
    "training_flops",
    "kv_cache_bytes",
    "sequences_per_batch",
    "training_days",
)
