"""What happens: each kind of episode is a few beats, each beat a few templates to choose from (see ``grammar``).

A is the one the story follows, B a companion, C somebody met on the way. Every sentence with "mole" or "tower" holds the
word that decides its sense, before it; the four kinds of mole share their templates word for word, so that neither the
position nor the words beside "mole" give the sense away.
"""

from course_lib.corpus.world import SENSES

__all__ = ["CLOSING", "EPISODES", "OPENING"]

OPENING = (
    "A and B were <kin> who lived in a <home> house near the <spot> .",
    "there was once a <home> house near the <spot> , where A lived with B .",
    "A , who was often <mood> , lived in a <home> house with B .",
    "nobody in the <home> village by the <spot> was as <mood> as A .",
    "this is the story of a <day> day in the life of A and B , who were <kin> .",
    "A woke up in a <home> house by the <spot> and felt <mood> , but B was still asleep .",
)
CLOSING = (
    "that night A told B that it had been a <day> day , and fell asleep <how> .",
    "B wrote a letter about the <day> day , and A read it <how> .",
    "A and B walked home from the <spot> <how> , <mood:x> and <mood:y> .",
    "it had been a <day> day , and A was too <mood> to sleep .",
    "A put a <gift> under the pillow , and dreamed of the <spot> until the morning .",
    "when B asked what the <day> day had been like , A smiled <how> and said nothing .",
)

_MOLE = (
    (
        "<Part> A <walked> to the <place_$> with B to meet a <mood> <person_$> .",
        "<Part> the <mood> <person_$> invited A and B to the <place_$> by the <spot> .",
        "<Part> A was <mood> , for the <person_$> had asked A.him to come to the <place_$> .",
        "<Part> a <mood> <person_$> opened the gate of the <place_$> for B and A .",
    ),
    (
        "<when> in the <place_$>!c , <aside> A <noticed> <which> mole#$?c!d <after_$> .",
        "<when> the <person_$>!c <told> A about <which> mole#$?c!d <after_$> .",
        "<when> A <told> the <person_$>!c , <pause> about <which> mole#$?c!d <after_$> .",
        "by the gate of the <place_$>!c , where B was waiting , A <noticed> <which> mole#$?c!d <after_$> .",
        "the <person_$>!c , <pause> <how> <noticed> <which> mole#$?c!d <after_$> .",
        "<when> B met the <mood> <person_$>!c , who <noticed> <which> mole#$?c!d <after_$> .",
    ),
    (
        "<when> the <person_$>!c said <how> that the mole#$?c!d <does_$> .",
        "in a <colour> book from the <place_$>!c , <aside> B read that a mole#$?c!d <does_$> .",
        "the <person_$>!c asked B <how> where the mole#$?c!d <after_$> had been before .",
        "B laughed <how> , because nobody had told the <person_$>!c that the mole#$?c!d <does_$> .",
        "A learned from the <person_$>!c that a mole#$?c!d <does_$> , and told B about it .",
    ),
)
_TOWER = (
    (
        "<when> <at_$> , <aside> A <saw> the <tower_$>@t#$?c!d <top_$> .",
        "<Part> A <walked> to a place that B liked , and <at_$> A.he <saw> the <tower_$>@t#$?c!d <top_$> .",
        "<Part> <at_$> , where B was waiting , A <saw> the <tower_$>@t#$?c!d <top_$> .",
    ),
    (
        "B , who had often been <at_$> , <saw> the <tower_$>@t#$?c!d <top_b_$> .",
        "<when> <at_$> , A told B <how> about the <tower_$>@t#$?c!d <top_$> .",
    ),
)
_CREATURE = (
    (
        "<Part> A and B heard that a <Cover.0> <Colour> <Creature> roamed the <Land.0> <Ground> near the <spot> .",
        "<Part> A was <mood> because a <Cover.0> <Colour> <Creature> had come out of the <Land.0> <Ground> .",
    ),
    (
        "<when> a <Cover.0>!f <Colour> <Creature>@Creature <roamed> the <Land.0>!l <Ground> , and <Land.1>?l <clung> its@Creature "
        "<Cover.1>?f .",
        "a <Cover.0> <Colour> <Creature>@Creature <roamed> the <Land.0> <Ground> .",
        "<when> the <Cover.0>!f <Creature>@Creature slept <how> in the <Land.0>!l <Ground> until the <Land.1>?l fell on its@Creature "
        "<Colour> <Cover.1>?f .",
    ),
    (
        "<when> a <Cover.0>!x <Colour> <Creature>@x met a <Cover:y.0>!y <Colour:y> <Creature>@y , and the <Colour> one@x "
        "licked its@x <Cover.1>?x <how> .",
        "<when> a <Cover:y.0>!y <Colour:y> <Creature>@y met a <Cover.0>!x <Colour> <Creature>@x , and the <Colour> one@x "
        "showed its@x <Cover.1>?x <how> .",
        "<when> a <Cover.0>!x <Colour> <Creature>@x met a <Cover:y.0>!y <Colour:y> <Creature>@y , and the <Colour:y> one@y "
        "touched its@y <Cover:y.1>?y <how> .",
    ),
    (
        "A stroked the <Cover.0>!f <Creature>@Creature <how> , and its@Creature <Cover.1>?f felt <texture> .",
        "<when> the <Colour> <Creature>@Creature from the <Land.0>!l <Ground> shook the <Land.1>?l from its@Creature back <how> .",
    ),
)
_COUNTING = (
    (
        "<Part> A had <Sum.0> <Goods> in A.his <Container> , and B gave A.him <Sum.1> more <how> .",
        "<Part> B saw <Sum.0> <Goods> in the <Container> of A , and put <Sum.1> more beside them .",
    ),
    (
        "now A had <Sum.2> <Goods> , and A.he put them into a <colour> <container> <how> .",
        "A counted the <Goods> <how> , and there were <Sum.2> of them in the <colour> <container> .",
    ),
    (
        "<when> B found <sum.0>!n <colour:x> <goods:x> and <sum.1>!n <colour:y> <goods:x> , <sum.2>?n <goods:x> in all .",
        "<when> A bought <sum.0>!n <wares:x> and <sum.1>!n <wares:y> at the <spot> , <sum.2>?n things in all .",
        "of the <sum.2>!n <goods> in the <container> , B took <sum.0>!n and left <sum.1>?n for A <how> .",
    ),
)
_OPPOSITES = (
    (
        "<Part> B lost a <Opposite.2> , and A helped B to find another one at the <spot> .",
        "<Part> A and B stood by the <spot> and could not choose between one <Opposite.2> and another .",
        "<Part> A needed another <Opposite.2> , so A.he <walked> to the <spot> with B .",
    ),
    (
        "<when> the first <Opposite.2> was <Opposite.0>!o , but the second <Opposite.2> was <Opposite.1>?o , and A was <mood> .",
        "A asked for a <Opposite.0>!o <Opposite.2> , but B found a <Opposite.1>?o one <how> .",
    ),
    (
        "<when> B saw a <opposite.0>!o <opposite.2> by the <spot> , not a <opposite.1>?o one .",
        "the <opposite.2> of B was <opposite.0>!o , and that of A was <opposite.1>?o , which made A.him <mood> .",
        "<when> A dreamed of a <opposite.2> that was <opposite.0>!o on one side and <opposite.1>?o on the other .",
    ),
)
_HOUSEHOLD = (
    (
        "<Part> A met a <mood> <Person.0>@Lead by the <Person.4> , and B greeted the <Person.5>@Mate and the <Person.0>@Lead .",
        "<Part> a <Person.0>!g@Lead looked for <Person.2>?g@Lead <Person.3>?g in the <Person.4>?g , and A was <mood> .",
    ),
    (
        "the <Person.0>!g@Lead lost <Person.2>?g@Lead <Person.3>?g near the <spot> , and <Person.1>?g@Lead asked A for help <how> .",
        "<when> the <Person.0>!g@Lead said <how> that <Person.1>?g@Lead needed <Person.2>?g@Lead <Person.3>?g at the <spot> .",
    ),
    (
        "<when> the <Person.5>!g@Mate found the <Person.3>?g in the <Person.4>?g and ran <how> to the <Person.0>?g@Lead near the <spot> .",
        "as the <Person.0>!g@Lead thanked A <how> , <Person.1>?g@Lead hung <Person.2>?g@Lead <Person.3>?g over a <colour> chair .",
        "in the <Person.4>!g a <person:b.0>!h@h told the <Person.0>?g@Lead <how> where <person:b.1>?h@h kept <person:b.2>?h@h "
        "<person:b.3>?h .",
    ),
)
_YOUNG = (
    (
        "<Part> a <old> <Young.0>!y@Parent <Young.3>?y by the <spot> , and A went to look for its@Parent <Young.1>?y <how> .",
        "<Part> A and B heard <how> how a <Young.0>!y@Parent <Young.3>?y in the <Young.2>?y near the <spot> .",
    ),
    (
        "the tiny <Young.1>!y@Child slept <how> in the <Young.2>?y , and A gave it@Child warm milk from a <colour> <vessel> .",
        "A found a <mood> <Young.1>!y@Child by the <spot> and carried it@Child <how> to the <Young.2>?y of its@Child mother .",
        "<when> the newborn <Young.1>!y@Child ran <how> to its@Child mother , a <mood> <Young.0>?y .",
    ),
    (
        "<when> the <Young.0>!y@Parent led its@Parent <Young.1>?y <how> past the <spot> to the <Young.2>?y .",
        "the <mood> <Young.0>!y@Parent washed its@Parent <Young.1>?y , while a <Young:b.0>!z@z <Young:b.3>?z at its@z "
        "<Young:b.1>?z .",
    ),
)
_AGREEMENT = (
    (
        "<Part> A and B came to a <home> shop by the <spot> , where somebody sold <thing.1> and <thing:b.1> .",
        "<Part> A helped B to sweep a <home> room in which there was one <thing.0> and there were many <thing:b.1> .",
    ),
    (
        "<when> the <old> <thing.0>@s <near> the <thing:b.1> was@s <state> , and A was <mood> .",
        "<when> the <old> <thing.1>@s <near> the <thing:b.0> were@s <state> , and A was <mood> .",
        "the <thing.0>@s that A <chased> beside the <old> <thing:b.1> was@s <state:x> and <state:y> .",
        "the <thing.1>@s that A <chased> beside the <old> <thing:b.0> were@s <state:x> and <state:y> .",
    ),
    (
        "B found out why the <thing.1>@s <near> the <old> <thing:b.0> were@s <state> .",
        "B found out why the <thing.0>@s <near> the <old> <thing:b.1> was@s <state> .",
        "one <thing.0>@s was@s <state> and many <thing:b.1>@p were@p <state> , and B took them home <how> .",
    ),
)
_GIFTS = (
    (
        "<Part> A and B met a neighbour called C , who was carrying a <Gift> and a <colour> <container> .",
        "<Part> a <mood> neighbour called C came to the <spot> , and A asked C.him about a <Gift> .",
    ),
    (
        "<when> A and C came to the <spot> , and C gave a <gift> to A <how> .",
        "<when> C and A came to the <spot> , and A gave a <gift> to C <how> .",
        "<when> B and C sat by the <spot> , and B showed a <gift> to C <how> .",
        "<when> C and B sat by the <spot> , and C sold a <gift> to B <how> .",
    ),
    (
        "B , who had often met C , said that C.he was <mood> when C.he lost C.his <gift> .",
        "A invited C to the house <how> , and C , who was <mood> , brought A a <colour> <gift> .",
        "A thanked C <how> , for C.he had brought C.his <colour> <gift> for A and B .",
        "when A and B left the <spot> , B carried the <gift> of C and A the <colour> <container> of B .",
    ),
)


def _in_sense(beats: tuple, sense: str) -> tuple:
    return tuple(tuple(template.replace("$", sense) for template in beat) for beat in beats)


EPISODES = {
    **{f"mole_{sense}": _in_sense(_MOLE, sense) for sense in SENSES["mole"]},
    **{f"tower_{sense}": _in_sense(_TOWER, sense) for sense in SENSES["tower"]},
    "creature": _CREATURE,
    "counting": _COUNTING,
    "opposites": _OPPOSITES,
    "household": _HOUSEHOLD,
    "young": _YOUNG,
    "agreement": _AGREEMENT,
    "gifts": _GIFTS,
}
