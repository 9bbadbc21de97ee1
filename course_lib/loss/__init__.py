"""Loss: one number that says how wrong the predictions were, and the units in which to read it.

- ``by_hand``: NumPy: logits, log-sum-exp, cross-entropy with its options, the shift, perplexity, bits per byte
- ``in_torch``: the same names in PyTorch, equal to torch.nn.functional.cross_entropy, with gradients
- ``ladder``: counting models from "every word alike" to four words of context, to have losses to read
- ``figures``: the lesson's figures, one file each
- ``exercises``: what the learner writes
"""
