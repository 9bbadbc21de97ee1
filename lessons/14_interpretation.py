# %% [markdown]
# # 14 · Inside a trained model
#
# After this lesson you can
#
# - measure what a head looks at, what is lost without it, and what its vectors carry: by attention, ablation, patching and probes;
# - say for each measurement what chance would have given, and show it;
# - try every method first on a model whose workings you know.
#
# About 90 minutes, seven exercises, 12 points. It needs heads (lesson [05](05_multi_head.ipynb)) and the GPT of lesson
# [07](07_transformer.ipynb), trained as in [10](10_training.ipynb); without 10, take on trust that training has set the numbers.
# `by_hand` is the course's NumPy; a card with a number such as C69 tests a sentence of the five articles this course grew out of.

# %%
import os

import numpy as np
import torch
from IPython.display import display

from course_lib import corpus
from course_lib.interpretation import adjectives, by_hand, figures, in_torch, induction, probing, relations, removal
from course_lib.interpretation import trained as models
from course_lib.interpretation.minimal_pairs import DIRECTIONS, PAIRS, both_directions, cover_accuracy, variants
from course_lib.interpretation.opened import last_norm, look, loss_by_token, run_of
from course_lib.lesson import check, claim, hint, mine
from course_lib.numeric import largest_difference
from course_lib.sentence import TOKENS
from course_lib.training.engine.evaluate import mean_loss
from course_lib.training.studies.story_model import stream

# %% [markdown]
# ## Three models, and one that is known
#
# Three GPTs of three layers and four heads have read the course's stories from three random starts, so that we can tell
# a finding from an accident. A fourth was **built by hand**. Its task: after *moon sand … moon*, say *sand*. Two heads
# do it: layer 1, head 3 notes the word before; layer 2, head 2, an **induction head**, looks for the place whose word
# before is the present one, and copies. The other six write where nobody reads.
#
# It is our **positive control**: a method that does not find these two heads, and no others, is not to be believed elsewhere.
#
# **Predict first:** sentences of seven random words, said twice. In which half can the built model be right?

# %%
trained = [models.load_trained(seed) for seed in models.SEEDS]
for seed, model in enumerate(trained):
    loss = mean_loss(model, stream("held_out")[:8192])
    print(f"trained, seed {seed}: held-out loss {loss:.2f} nats a word; even odds: {np.log(len(model.table)):.2f}")
built, with_decoy = induction.built_by_hand(), induction.built_by_hand(decoy=True)
twice = torch.from_numpy(induction.repeated(np.random.default_rng(0), 64))
seen = look(built, twice)
losses = loss_by_token(seen.logits, twice)
print("built:", " ".join(induction.WORDS[word] for word in twice[0]))
print(f"loss, first time {losses[:, :7].mean():.2f}, second time {losses[:, 8:].mean():.6f}")

# %% [markdown]
# Only the second time round: then each word has been seen with its successor. (Its first word is still a guess, and is left out.)
#
# ## Where does a head look?
#
# The plainest question, averaged over a sentence: how far back?
#
# {exercise interpretation.attention_by_distance}


# %%
# exercise: interpretation.attention_by_distance
def attention_by_distance(weights):
    """weights: (token, token), causal. Return (token,): the mean weight on the word k places back."""
    # >>> answer
    return np.array([np.diagonal(weights, -k).mean() for k in range(len(weights))])
    # <<< answer


# %%
check("interpretation.attention_by_distance", attention_by_distance)

# %% [markdown]
# **Predict first:** seven words, said twice, in the built model. How many places back does each of its two heads look?

# %%
print("share of weight on the word itself, 1 back, 2 back, ... in the built model")
for layer, head in removal.all_heads(built):
    near = np.mean([mine.attention_by_distance(weights) for weights in seen.weights[layer, :, head].numpy()], axis=0)
    print(figures.head_name((layer, head)), near[:8].round(2))
print("by", mine.whose("attention_by_distance"))
shown = {"notes the word before": (0, 2), "induction head": (1, 1), "idle": (0, 0)}
figures.show_gazes(
    [induction.WORDS[word] for word in twice[0]],
    {f"{figures.head_name(at)}:\n{job}": seen.weights[at[0], 0, at[1]].numpy() for job, at in shown.items()},
)

# %% [markdown]
# One back, and six: in the picture (a row looks at columns) a line beside the diagonal, and one that begins with the second saying;
# until then the induction head has nothing to find, and rests on `<start>`.
#
# Real sentences have no fixed distance, so we ask by **relation**: how much weight falls on the *right* word? What the
# head gives when the distances are shuffled among the words is taken off; **chance** is the best that *any* head is left
# with in 200 shuffles. Idle heads of twenty built models reached up to a tenth: a find needs 0.11.
#
# Then a **decoy**: an idle head copies the gaze of layer 1, head 3, and still writes where nobody reads.
#
# **Predict first:** will attention be taken in?

# %%
for name, model in {"built": built, "with a decoy": with_decoy}.items():
    weights = relations.weights_at(model, twice.numpy())
    for relation, links in relations.of_repeated(64).items():
        found = relations.score_heads(weights, links)
        heads = "; ".join(figures.head_name(divmod(head, 4)) for head in found.heads)
        rest = np.delete(found.excess, found.heads).max()
        print(f"{name}: {relation}: {heads or 'no head'}; chance {found.chance:.2f}, best of the others {rest:.2f}")

# %% [markdown]
# Two heads are found and no third; and then the decoy, which does nothing. A gaze is not a deed.
#
# **Predict first:** in the trained models, will *noun to its adjective* have a head of its own? The same one at each
# seed? And do these models copy: does it help them to have read twelve random words once before?

# %%
told = relations.sentences_for_relations()
ids, known = relations.encoded(told), relations.links(told)
roles = {
    name: [relations.score_heads(relations.weights_at(model, ids), links) for model in trained]
    for name, links in known.items()
}
for name, found in roles.items():
    print(f"{name} ({len(known[name])} places)")
    for seed, each in enumerate(found):
        best = int(each.excess.argmax())
        said = f"{figures.head_name(divmod(best, 4))}: weight {each.score[best]:.2f}, beyond shuffled {each.excess[best]:+.2f}"
        print(
            f"   seed {seed}: {said}; chance {each.chance:.2f}: {each.beyond_chance} heads beat it, {len(each.heads)} reach {relations.LEAST}"
        )
for seed, model in enumerate(trained):
    again, afresh = induction.again_and_afresh(model)
    print(
        f"seed {seed}: twelve random words cost {again:.2f} nats each after the same twelve, {afresh:.2f} after twelve others"
    )

# %% [markdown]
# No: for *noun to its adjective* two heads, none or one beat chance, by hundredths, and *same word* has none. *Referent* and *after
# the same word* beat chance at every seed and our bar at some, in other layers each time: nothing assigns a role to a head. *Word
# before* reaches it at every seed, best in layer 1. Remember by which head.
#
# *After the same word* is where an induction head looks. Yet these models hardly copy: 0.3 to 0.4 nats of 16. Gaze again, little deed.
#
# ## Take a head out
#
# What would the model lose? **Ablation** answers by experiment: run it with one head silent.
#
# {exercise interpretation.ablate_head}


# %%
# exercise: interpretation.ablate_head
def ablate_head(heads, head):
    """heads: (head, token, d_head). Return them with number `head` silent."""
    # >>> answer
    silenced = heads.copy()
    silenced[head] = 0.0
    return silenced
    # <<< answer


# %%
check("interpretation.ablate_head", ablate_head)

# %% [markdown]
# {exercise interpretation.mean_ablate}


# %%
# exercise: interpretation.mean_ablate
def mean_ablate(heads, head):
    """heads: (sentence, head, token, d_head). Return them with number `head` at its mean."""
    # >>> answer
    dulled = heads.copy()
    dulled[:, head] = heads[:, head].mean(axis=(0, 1))
    return dulled
    # <<< answer


# %%
check("interpretation.mean_ablate", mean_ablate)

# %%
ways = removal.ways(mine.ablate_head, mine.mean_ablate)
for name, model in {"built": built, "with a decoy": with_decoy}.items():
    for way, ablate in ways.items():
        lost = removal.losses_without(model, twice, ablate, first=8)
        found = [figures.head_name(head) for head in removal.all_heads(model) if lost[head] > 1e-6]
        print(f"{name}, {way}: {'; '.join(found)}: {', '.join(f'{value:.2f}' for value in lost[lost > 1e-6])}")
print("by", mine.whose("ablate_head", "mean_ablate"))

# %% [markdown]
# All three ways find the two heads and no others, and none falls for the decoy. The third gives a head what it gives in **another
# sentence**: numbers of the usual kind, and wrong. It costs most; we think because a silent head says nothing while this one misleads.
#
# **Predict first:** in the trained models, at which layer will a lost head cost most? And the same head at each seed?

# %%
windows = removal.windows()
costs = [{way: removal.losses_without(model, windows, ablate) for way, ablate in ways.items()} for model in trained]
figures.show_heads({f"seed {seed}": cost["mean"] for seed, cost in enumerate(costs)})
for seed, cost in enumerate(costs):
    worst = np.unravel_index(cost["mean"].argmax(), cost["mean"].shape)
    by_layer = ", ".join(f"{value:.2f}" for value in cost["mean"].mean(axis=1))
    print(f"seed {seed}: most, {figures.head_name(worst)}; a head on average, by layer: {by_layer}")
    print("        all heads, by way:", {way: f"{lost.mean():.3f}" for way, lost in cost.items()})

# %% [markdown]
# Layer 1, ten times as much as the others; and the head that costs most is, at every seed, the one that looks most at the word before:
# same role, other number. Zero and mean agree to a hundredth; another sentence's numbers cost twice as much. So a cost belongs to a way of
# ablating, and is reported with it.
#
# In the figure, point at a head and the model runs without it: its prediction and its losses are the lower rows. A click keeps it out;
# the second menu takes another one out as well.

# %%
figures.removed_explorer(trained[0])

# %% [markdown]
# ### Two at once, and who makes up for it
#
# Two heads that do the same work cost little one by one and much together. Two that form a chain, as in the built model? And in the
# trained ones: do two together cost more than their sum, or less?
#
# A second question: do later layers make up for a lost head? Put its mean into the **output alone**, while later layers still read
# what it wrote: then they have nothing to repair. Where that costs *more* than taking the head from everybody, they had repaired.
#
# **Predict first:** both answers.

# %%
chain = removal.pairs(built, twice, ways["mean"], first=8)
print(
    f"built: without the first {chain[2, 2]:.2f}, without the second {chain[5, 5]:.2f}, without both {chain[2, 5]:.2f}"
)
one, other = np.triu_indices(12, 1)
both_first = other < 4  # heads 0 to 3 are those of layer 1
for seed, model in enumerate(trained):
    for way, ablate in ways.items():
        lost = removal.pairs(model, windows[:10], ablate)
        extra = (lost - np.add.outer(np.diag(lost), np.diag(lost)))[one, other]
        print(f"seed {seed}, {way}: {(extra > 0).mean():.0%} of 66 pairs cost more than their sum;", end=" ")
        print(
            f"on average {extra[both_first].mean():.2f} more within layer 1, {extra[~both_first].mean():.2f} elsewhere"
        )
    direct, total = removal.direct_losses(model, windows), costs[seed]["mean"]
    for layer in range(3):
        print(
            f"   layer {layer + 1}: {total[layer].mean():.3f} in all, {direct[layer].mean():.3f} at the output alone;",
            end="",
        )
    print(f" repaired: {(total < direct).sum()} of 12 heads")

# %% [markdown]
# A chain is broken by one link: both cost no more than one. In the trained models more than nine in ten pairs cost **more**
# than their sum, and pairs within layer 1 by about ten times as much as others. So it would look if heads stood in for each
# other; and also if a loss grew ever steeper the more is taken. This measurement cannot tell the two apart.
#
# No later layer repairs the loss of a head, not one of 36. What layer 1 writes reaches the output only through later layers,
# which suffer without it. Larger models do repair (McGrath et al. 2023, arXiv:2307.15771).
#
# ## Put in one vector
#
# **Patching** moves one vector from one run into another, and asks what becomes of the answer.
#
# {exercise interpretation.patch}


# %%
# exercise: interpretation.patch
def patch(run, clean, corrupted, layer, position):
    """Return the logits of a run on `corrupted` with one vector of the run on `clean`."""
    # >>> answer
    hidden, _ = run(clean)
    _, logits = run(corrupted, {(layer, position): hidden[layer, position]})
    return logits
    # <<< answer


# %%
check("interpretation.patch", patch)

# %% [markdown]
# First the built model, on seven words and the first two again; the third, *bell*, comes next. In the corrupted sentence another word
# stands for *bell*. The **lead** is how far the logit of *bell* is above that of the other. For each vector put in we print the share
# of the lead that it restores: 1 is the clean answer, 0 is nothing changed.
#
# **Predict first:** at which word does the answer wait, before layer 1, after it, after layer 2?

# %%
clean = twice[0, :10].numpy()  # seven words, then the first two again: the third comes next
corrupted = clean.copy()
corrupted[3] = next(word for word in range(1, 16) if word not in clean)
run, words = run_of(built), [induction.WORDS[word] for word in clean]
lead = lambda logits: logits[-1, clean[3]] - logits[-1, corrupted[3]]  # noqa: E731
low, high = lead(run(corrupted)[1]), lead(run(clean)[1])
for layer in range(3):
    found = [(lead(mine.patch(run, clean, corrupted, layer, place)) - low) / (high - low) for place in range(10)]
    print(
        f"{'before' if layer == 0 else f'layer {layer}':8}",
        "  ".join(f"{word} {value:.2f}" for word, value in zip(words, found, strict=True)),
    )
print("by", mine.whose("patch"))

# %% [markdown]
# The path is the one that was built: the word waits at its own place until layer 2 copies it to the last.
#
# Now sentences of the course's world: *a **fluffy** (scaly) blue creature roamed the verdant forest, and leaves clung to its* … *fur*
# (*scales*). Both directions: the clean vector **put in** (was it enough?), and the corrupted one put into the clean run, the clean one
# **taken away** (was it needed?).
#
# **Predict first:** after layer 1, will the difference live on *fluffy*, on its noun *creature*, or on *its*?

# %%
named = ", ".join(f"{cover_accuracy(model):.0%}" for model in trained)
print(f"the right cover named in held-out sentences, by seed: {named}")
shares = {}
for pair in PAIRS:
    for seed, model in enumerate(trained):
        leads = [[each.lead(run_of(model)(ids)[1]) for ids in each.ids()] for each in variants(pair)]
        each = [both_directions(model, same, mine.patch) for same in variants(pair)]
        grid = shares[pair.name, seed] = {way: np.mean([one[way] for one in each], axis=0) for way in DIRECTIONS}
        path = "; ".join(
            f"{layer}: {pair.words[row.argmax()]} {row.max():.2f}" for layer, row in enumerate(grid["put in"]) if layer
        )
        print(f"{pair.name}, seed {seed}: lead {np.mean(leads, axis=0).round(1)} nats; after layer {path}")
apart = max(largest_difference(grid["put in"], grid["taken away"]) for grid in shares.values())
print(f"between the two directions at most {apart:.2f}")
figures.show_patching(
    PAIRS[0].words, {f"seed {seed}, put in": shares[PAIRS[0].name, seed]["put in"] for seed in range(3)}
)

# %% [markdown]
# Never on *creature*: at most 0.05, either way, at every seed. *its* fetches it from *fluffy* itself, in layer 1, 3 or
# 2, one seed each. The directions agree to 0.10: what is enough is about what is needed.
#
# For *mole* the difference does move to the noun, layer by layer; for *king* to the next word at once.
#
# ## Do nouns gather from their adjectives?
#
# One article says so of *a fluffy blue creature roamed the verdant forest*. How much does the noun **attend** to the adjective, over all
# heads? How far do its logits move, in shares of their length, when that tie is **cut**? And when the adjective is **exchanged**?
#
# First on the built model, where the last word reads *bell* alone. **Predict first:** in the trained ones, what moves *forest* most?

# %%
unused = [word for word in range(1, 16) if word not in clean]
for each in adjectives.moves(built, clean, [9], lambda word: unused, mine.patch):
    print(
        f"built: last word <- {words[each.source]:8} attends {each.attention:.2f}  cut {each.cut:.2f}  exchange {each.exchange:.2f}"
    )
moved = [adjectives.moves_in_world(model, TOKENS, [3, 7], mine.patch) for model in trained]
print(f"{'':22}", *(f"{'seed ' + str(seed):^24}" for seed in range(3)))
print(f"{'':22}", *[f"{'attends  cut exchange':^24}"] * 3)
for row in zip(*moved, strict=True):
    one = row[0]
    mark = "*" if (one.target, one.source) in adjectives.OF_SENTENCE else " "
    numbers = [f"{each.attention:8.2f}{each.cut:7.2f}{each.exchange:7.2f}  " for each in row]
    print(f"{mark} {TOKENS[one.target]:9}<- {TOKENS[one.source]:9}", *numbers)

# %% [markdown]
# In the built model attention, spread over heads that do nothing, fails; cutting names *bell* and no other; exchange names *bell* and
# *nest*, without which nobody looks there: both right. In the trained ones (stars: an adjective and its noun) *forest* is moved most by
# *roamed*, at every seed, whatever attention says.
#
# One sentence is an anecdote. Here are 20 held-out ones, each with a noun after two adjectives. Adjectives also stand *near*, so beside
# them are the two words before a noun that has none.
#
# **Predict first:** which group moves its noun most?

# %%
pairs, groups = adjectives.noun_pairs(20), adjectives.GROUPS
mean_of = []
for seed, model in enumerate(trained):
    table = adjectives.moves_by_group(model, pairs, mine.patch)
    mean_of.append({group: rows.mean(axis=0) for group, rows in table.items()})
    for group, values in mean_of[-1].items():
        measured = zip(adjectives.MEASURES, values, strict=True)
        print(f"seed {seed}  {group:28}", "  ".join(f"{name} {value:.2f}" for name, value in measured))
    agree = [adjectives.ranks_agree(*table[groups[0]][:, columns].T) for columns in ([0, 1], [0, 2], [1, 2])]
    print(
        "   ranks of adjectives: attention and cut {:.2f}, attention and exchange {:.2f}, cut and exchange {:.2f}".format(
            *agree
        )
    )

# %% [markdown]
# The words beside a bare noun. By **attention** the adjectives lead. By **exchange** other words as near do more, at every seed, and by
# **cut** as much or more. So nouns gather from their adjectives as from any neighbour, and attention, which ranks the adjectives
# roughly as the others do (0.5 to 0.8), misleads on the very question asked. Attention is not explanation, and not nothing either (Jain
# and Wallace 2019; Wiegreffe and Pinter 2019).
#
# ## Read out early
#
# The vectors keep their meaning from layer to layer, as each block only adds. So one can treat a vector on its way as if it were the
# last: the **logit lens**.
#
# **Predict first:** after which layer does the built model know its answer, and how soon do the trained ones?
#
# {exercise interpretation.logit_lens}


# %%
# exercise: interpretation.logit_lens
def logit_lens(hidden, norm, table):
    """hidden: (layer, token, d_model), norm: a function, table: (vocab, d_model). Return (layer, token, vocab)."""
    # >>> answer
    return norm(hidden) @ table.T
    # <<< answer


# %%
check("interpretation.logit_lens", logit_lens)

# %%
logits = mine.logit_lens(seen.hidden[:, 0].double().numpy(), last_norm(built), built.table.detach().numpy())
for layer, each in enumerate(logits):
    right = (each[8:-1].argmax(axis=-1) == twice[0, 9:].numpy()).mean()
    print(
        f"built, {'before the first layer' if layer == 0 else f'after layer {layer}'}: {right:.0%} of the second time right"
    )
for seed, model in enumerate(trained):
    losses = figures.lens_losses(model, mine.logit_lens)
    print(f"seed {seed}: loss of what is read out, layer by layer:", losses.round(2))
print("by", mine.whose("logit_lens"))
display(figures.lens_explorer(trained[0], mine.logit_lens))

# %% [markdown]
# The built model knows nothing until its last layer, as it must. The trained ones say the present word before any layer runs; after one
# layer their loss is 1.5 to 1.7 nats, and it falls at every layer and seed. In the figure, change sentence and layer.
#
# ## What does a vector know?
#
# *mole* has four senses in this world, *tower* two, and an earlier word decides. A **probe** tests whether the sense can be read from the
# word's vector. Ours has nothing to tune.
#
# {exercise interpretation.nearest_centroid_accuracy}


# %%
# exercise: interpretation.nearest_centroid_accuracy
def nearest_centroid_accuracy(train_x, train_y, test_x, test_y):
    """Return the share of test vectors whose nearest centroid of the training vectors has their label."""
    # >>> answer
    labels = np.unique(train_y)
    centroids = np.array([train_x[train_y == label].mean(axis=0) for label in labels])
    distances = ((test_x[:, None, :] - centroids) ** 2).sum(axis=-1)
    return (labels[distances.argmin(axis=1)] == test_y).mean()
    # <<< answer


# %%
check("interpretation.nearest_centroid_accuracy", nearest_centroid_accuracy)

# %% [markdown]
# **No bar stands alone.** Beside the trained model's: the same probe on the *untrained* model; on *word and place alone*, before any layer;
# and on *random labels*, one fixed for each deciding word (*gardener*, *nurse* …), which a probe gets right only by telling those words
# apart. What counts is the difference, the **selectivity** (Hewitt and Liang 2019).
#
# {exercise interpretation.selectivity}


# %%
# exercise: interpretation.selectivity
def selectivity(x, y, control_y, train, test):
    """Return a probe's accuracy on `y` less its accuracy on `control_y`, both on the rows `test`."""
    # >>> answer
    real = nearest_centroid_accuracy(x[train], y[train], x[test], y[test])
    return real - nearest_centroid_accuracy(x[train], control_y[train], x[test], control_y[test])
    # <<< answer


# %%
check("interpretation.selectivity", selectivity)

# %% [markdown]
# First what we know: in the built model layer 1 notes the word before. We probe for it with all numbers of a vector, and without the
# 16 in which the answer is written. **Predict first:** after which layers does the probe find it?

# %%
before = twice[:, :-1].numpy().ravel()  # what stood before each word but the first
for layer, x in enumerate(seen.hidden[:, :, 1:].double().numpy()):
    for rooms, rows in {"": x.reshape(-1, 64), ", the answer's room left out": x.reshape(-1, 64)[:, 16:]}.items():
        half = len(rows) // 2
        right = mine.nearest_centroid_accuracy(rows[:half], before[:half], rows[half:], before[half:])
        print(
            f"built, the word before, {'before the first layer' if layer == 0 else f'after layer {layer}'}{rooms}: {right:.2f}"
        )

# %% [markdown]
# The word before can be read after layer 1, where a head notes it; before that, no better than by luck. After layer 2 this probe no longer
# finds it, and does once the answer's numbers are left out: they were too loud. **A probe that fails proves no absence.**
#
# Now *mole* and *tower*. **Predict first:** after which layer is the sense there, and how high will the other three bars be?

# %%
found = {word: probing.occurrences(word) for word in ("mole", "tower")}
inside = {word: [probing.vectors(model, where) for model in trained] for word, where in found.items()}
fresh = {
    word: [probing.vectors(models.untrained(seed), where) for seed in models.SEEDS] for word, where in found.items()
}
bars = {}
for word, where in found.items():
    each = [
        probing.four_bars(x, y, where, mine.nearest_centroid_accuracy, mine.selectivity)
        for x, y in zip(inside[word], fresh[word], strict=True)
    ]
    bars[word] = {name: np.array([one[name] for one in each]) for name in probing.BARS}
figures.show_four_bars(bars)
stronger, its_selectivity = probing.least_squares_accuracy, probing.selectivity_of(probing.least_squares_accuracy)
for word, where in found.items():
    each = [
        probing.four_bars(x, y, where, stronger, its_selectivity)
        for x, y in zip(inside[word], fresh[word], strict=True)
    ]
    print(
        f"{word}, least squares, last layer:",
        {name: np.round([one[name][-1] for one in each], 2).tolist() for name in probing.BARS},
    )
print("the bars by", mine.whose("nearest_centroid_accuracy", "selectivity"))

# %% [markdown]
# Dots are seeds. Before any layer all stand at chance. In the trained models the sense of *mole* is there after one
# layer, that of *tower* takes three; random labels rise too, and stay far below.
#
# A stronger probe, fitted by **least squares**, reads *tower* from the *untrained* models nearly as well (0.92 to 0.97),
# half and more of *mole*, and most of the random labels: even attention that has learned nothing carries traces of
# earlier words. That something can be read does not say that it is used: for *mole*, patching said so.
#
# Watch it happen: each point is one held-out sentence, in a plane that was chosen on training sentences for the last layer. Move the
# layer, then switch to the untrained model.

# %%
figures.drift_explorer(
    found,
    {"trained": {word: x[0] for word, x in inside.items()}, "untrained": {word: x[0] for word, x in fresh.items()}},
)

# %% [markdown]
# ## Your own sentence
#
# All heads on whatever you type, in the world's words; words it does not have are named. The same figure reads **GPT-2** where you have
# its weights: set `COURSE_GPT2` as in lesson 07. All of this lesson works there, with one thing missing: nobody has annotated its world.

# %%
display(figures.typed_explorer(trained[0]))
where = os.environ.get("COURSE_GPT2", "")
if where:
    display(figures.gpt2_explorer(where))
else:
    print("COURSE_GPT2 is not set: no published weights are loaded, and nothing is downloaded.")

# %% [markdown]
# ## What the articles say, tested
#
# First the tools themselves, in NumPy and in PyTorch, forward and gradients, on random numbers. Then four sentences of the articles, each
# held against all three models.

# %%
rng, gaps = np.random.default_rng(5), {}
given = rng.normal(size=(3, 4, 5, 7))
calls = {
    "ablate_head": lambda place, x: place.ablate_head(x, 1),
    "mean_ablate": lambda place, x: place.mean_ablate(x, 2),
    "logit_lens": lambda place, x: place.logit_lens(x[0], lambda y: y * 2, x[1, 0]),
    "attention_by_distance": lambda place, x: place.attention_by_distance(x[0, 0, :5, :5]),
}
for name, call in calls.items():
    leaf = torch.tensor(given, requires_grad=True)
    by_torch = call(in_torch, leaf)
    upstream = rng.normal(size=by_torch.shape)
    (slope,) = torch.autograd.grad(by_torch, leaf, torch.tensor(upstream))
    nudge = rng.normal(size=given.shape)
    rise = sum(sign * (call(by_hand, given + sign * 1e-6 * nudge) * upstream).sum() for sign in (1, -1)) / 2e-6
    gaps[name] = largest_difference(call(by_hand, given), by_torch), abs(rise - (slope.numpy() * nudge).sum())
    print(f"{name:22} forward {gaps[name][0]:.0e}, slope along a random direction {gaps[name][1]:.0e}")

# %%
mole, tower = bars["mole"], bars["tower"]
least = min(each["trained"][:, -1].min() for each in (mole, tower))
start = inside["mole"][0][0] - trained[0].positions.detach().double().numpy()[found["mole"].place]
same_vector = largest_difference(start, np.broadcast_to(start[0], start.shape))
off_chance = max(abs(mole["trained"][:, 0] - 0.25).max(), abs(tower["trained"][:, 0] - 0.5).max())
selective = min((each["trained"] - each["random labels"])[:, -1].min() for each in (mole, tower))
untrained = [each["untrained"].max() for each in (mole, tower)]
display(
    claim(
        "C68",
        {
            f"less its place, “mole” is one vector in {len(start)} sentences, to {same_vector:.0e}": same_vector < 1e-5,
            f"before the first layer no probe is {off_chance + 0.01:.2f} from chance": off_chance < 0.1,
        },
    ),
    claim(
        "C69",
        {
            f"after the last layer at least {least:.0%} of held-out senses are right": least > 0.9,
            f"untrained at most {untrained[0]:.2f} and {untrained[1]:.2f}": untrained[0] < 0.4 and untrained[1] < 0.6,
            f"beyond random labels: {selective:.2f} at least": selective > 0.25,
        },
    ),
)

# %%
costly = [np.unravel_index(cost["mean"].argmax(), (3, 4)) for cost in costs]
looks = [divmod(int(each.excess.argmax()), 4) for each in roles["word before"]]
tied = [len(each.heads) for each in roles["noun to its adjective"]]
attends, nearer = (np.array([[each[group][k] for group in groups] for each in mean_of]) for k in (0, 2))
on_noun = max(shares[PAIRS[0].name, seed][way][:, 3].max() for seed in range(3) for way in DIRECTIONS)
display(
    claim(
        "C19",
        {
            f"most costly: {'; '.join(map(figures.head_name, costly))}": all(layer == 0 for layer, _ in costly),
            "at each seed it is the one that looks most at the word before": looks == costly,
            f"from noun to adjective: {tied} heads": max(tied) == 0,
        },
    ),
    claim(
        "C70",
        {
            "nouns attend more to their adjectives than to others": bool((attends[:, 0] > attends[:, 1]).all()),
            "exchange: other words as near move a noun more": bool((nearer[:, 2] > nearer[:, 0]).all()),
            f"of what comes later at most {on_noun:.2f} is on the noun": on_noun < 0.1,
        },
    ),
)

# %% [markdown]
# ## What to remember
#
# - Try a method where you know the answer. Attention was fooled by a decoy and ablation was not; a probe missed what was too loud for it.
# - No number stands alone: beside it, chance (the best of *all* heads), an untrained model, random labels, other words as near.
# - Ask by **attention** where a head looks, by **ablation** what is lost, by **patching** what carries the answer, by **probes** what can
#   be read. They are four questions, and they disagree.
# - Roles recur from seed to seed, head numbers do not.
#
# Lesson [15](15_vision.ipynb) shows pictures to the same blocks.
#
# ## Where to read on
#
# - Elhage et al. 2021, *A Mathematical Framework for Transformer Circuits*; Olsson et al. 2022, arXiv:2209.11895: induction heads.
# - Hewitt and Liang 2019, arXiv:1909.03368: control tasks. Michel et al. 2019, arXiv:1905.10650: sixteen heads, and one.
# - Jain and Wallace 2019, arXiv:1902.10186; Wiegreffe and Pinter 2019, arXiv:1908.04626: attention and explanation.
# - Wang et al. 2022, arXiv:2211.00593: patching a real circuit. Zhang and Nanda 2023, arXiv:2309.16042: how to patch.
