"""Inside a trained model: what attention learned, measured, with controls.

- ``by_hand``: probes, ablations, patching, the logit lens, in NumPy
- ``in_torch``: the same names in PyTorch
- ``opened``: a model run with its layers and heads laid open, and changed on the way
- ``trained``: the three models of the lesson; ``induction``: a model built by hand, in which two heads are known
- ``figures``: the lesson's live figures
- ``exercises``: what the learner writes
"""
