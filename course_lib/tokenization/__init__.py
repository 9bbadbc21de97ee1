"""Tokenization: text becomes a list of integers, by byte-pair encoding, and the list becomes the same text again.

- ``by_hand``: count, merge, train, encode and decode, each as short as the idea
- ``fast``: the same merges and the same ids, with counts kept up to date and a heap
- ``peers``: two production tokenizers, trained on the same text or built from our merges
- ``texts``: something to train on and something to try it on
- ``figures``: the lesson's figures, one file each
- ``exercises``: what the learner writes
"""
