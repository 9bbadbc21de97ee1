"""The published numbers of large models, recomputed: parameters, FLOPs, memory, days, energy, money.

- ``limits``: what a size may be, and what is said where it is not
- ``by_hand``: the eight formulas that the learner writes
- ``families``: parameters part by part, for GPT, BERT, ViT, LLaMA and the encoder-decoder of 2017
- ``counted``: the same models on PyTorch's meta device, counted tensor by tensor
- ``hugging_face``: models of the same shapes that others wrote, counted in the same way
- ``digits``: whether a number rounds to what was printed
- ``zoo``: the published models and tables, read from data/
- ``flops``, ``memory``, ``cost``: operations; bytes; days, energy and money
- ``writing``: the pace of a model that writes, for one reader and for many
- ``overtraining``: why a small model is trained for so long
- ``splitting``: a model over several devices
- ``measured``: the same by a counter, by allocation, by a clock, on small shapes
- ``figures``: the lesson's figures, one file each
- ``exercises``: what the learner writes
"""
