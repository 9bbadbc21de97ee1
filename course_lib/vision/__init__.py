"""The Vision Transformer: an image is cut into patches, and the patches are the tokens.

- ``by_hand``: patches, the whole model, its parameters, attention rolled out, in NumPy
- ``in_torch``: the same names, and the module that is trained
- ``weights``: Hugging Face's ViT, tensor by tensor
- ``digits``: real images, two ways to hold some of them out, two baselines
- ``photographs``: two photographs to cut
- ``training``: the loop, a small convolution beside it, and the arms of position
- ``erasing``: whether what is rolled out is what the model uses
- ``record``: the runs that take too long for a notebook
- ``figures``: the lesson's figures, one file each
- ``exercises``: what the learner writes
"""
