"""Whole models, all of them stacks of the one block: decoder-only, encoder-only, encoder-decoder.

- ``by_hand``: cross-attention, the masks of the three families, greedy decoding and a whole GPT in NumPy
- ``in_torch``: the same names in PyTorch
- ``models``: GPT, BERT and the encoder-decoder as modules
- ``parameters``, ``reach``, ``looking``: what parameters are spent on, what reaches what, where a running model looks
- ``generation``: one token after the other, with and without a cache
- ``weights``: weights under other people's names, and GPT-2's published ones
- ``translation``: an encoder-decoder learns the two small languages
- ``figures``: the lesson's live figures
- ``exercises``: what the learner writes
"""
