"""Training: the loop that turns random matrices into a model, and the text that comes out of it.

- ``by_hand``: learning rates, AdamW, batches, clipping, accumulation, the loop, and how the next token is drawn, in NumPy
- ``in_torch``: the same names in PyTorch
- ``engine``: a run that can be interrupted, taken up again and shared by several processes
- ``studies``: the lesson's runs: the model of its stories, and what dropout, learning rates and missing parts do
- ``figures``: the lesson's live figures
- ``exercises``: what the learner writes
"""
