"""Translation: an encoder-decoder learns the two small languages.

- ``batches``: sentence pairs as rows of numbers
- ``translator``: the model, its training, and greedy writing with and without a cache
- ``alignment``: whether cross-attention finds the word that a word translates
"""
