"""What a model of today has that GPT-3 had not, each change a switch.

- ``by_hand``: LLaMA's block, the mask of a sliding window, a mixture of experts and its balance, in NumPy
- ``in_torch``: the same names in PyTorch
- ``shape``, ``model``: a decoder with switches; all off it is GPT-2, and with LLaMA's on it is LLaMA
- ``weights``, ``peers``: Hugging Face's LLaMA, Mistral, Qwen3 and Mixtral, every tensor by name
- ``counting``: parameters, total and active, by formula and by the meta device
- ``changes``: each change alone, recorded; ``routing``: routers watched while they learn
- ``tiles``: a window in tiles; ``gram``: Muon in less time
- ``figures``: the lesson's live figures
- ``exercises``: what the learner writes
"""
