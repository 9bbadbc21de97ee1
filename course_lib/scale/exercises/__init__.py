"""What the learner writes in lesson 12: parameters, training operations, caches, what writing costs, experts, batches, days."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "parameter_count",
    "training_flops",
    "kv_cache_bytes",
    "grouped_cache_bytes",
    "decode_seconds",
    "expert_parameters",
    "sequences_per_batch",
    "training_days",
)
