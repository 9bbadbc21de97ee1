"""Training: the loop that turns random matrices into a model, and the text that comes out of it.

- ``by_hand``: learning rates, AdamW, batches, clipping, accumulation, and how the next token is drawn, in NumPy
- ``in_torch``: the same names in PyTorch
- ``config``, ``loop``: what a run is told, and the run itself, which can be interrupted and taken up again
- ``distributed``: the same run by several processes, each on its share of every batch (``python -m course_lib train --processes``)
- ``interrupts``, ``checkpoint``: stopping between two steps; saving so that nothing is ever lost or half written
- ``evaluate``: the loss on text that was held out
- ``tokens``: any text as characters, words or byte pairs
- ``muon``: another optimizer, for the benchmark that wants the same loss in half the time
- ``live``: the curve that grows while the model learns
- ``world``: the run of the lesson, and the model that is shipped
- ``broken``, ``experiments``: models with a part taken out; overfitting, learning rates, batches, a copy task
- ``explore``, ``explore_runs``: the lesson's live figures
- ``exercises``: what the learner writes
"""
