"""Whole models, all of them stacks of the one block: decoder-only, encoder-only, encoder-decoder.

- ``by_hand``: cross-attention, the masks of the three families, greedy decoding and a whole GPT in NumPy
- ``in_torch``: the same names in PyTorch
- ``models``: GPT, BERT and the encoder-decoder as modules; ``inventory``: their parameters, and what reaches what
- ``generation``: one token after the other, with and without a cache
- ``conversion``: weights under other people's names, strictly; ``convert_gpt2``, ``convert_bert``, ``convert_torch``: the
  tables of names; ``pretrained``: GPT-2's published weights from a folder or the hub
- ``pairs``, ``translation``: an encoder-decoder learns the two small languages
- ``looking``, ``alignment``: the attention weights of a running model, and how well they agree with the truth
- ``explore``: the lesson's live figures
- ``exercises``: what the learner writes
"""
