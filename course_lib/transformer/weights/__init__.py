"""Weights under other people's names: every tensor by name, both ways, and nothing that does not fit.

- ``conversion``: the table of names, and the transfer that refuses whatever does not fit
- ``gpt2``, ``bert``: the tables for Hugging Face's models
- ``torch_transformer``: the table for torch.nn.Transformer
- ``peers``: tiny models of other people, and how far ours differ from them
- ``pretrained``: GPT-2's published weights, from a folder or the hub
"""
