"""What there is in the world: the options of every slot, and the tables whose columns belong together.

Options are separated by a bar; an empty one means that the slot may stay empty. The rows of a table stand one a line.
"""

__all__ = ["NAMES", "SENSES", "SLOTS", "TABLES"]

SENSES = {"mole": ("animal", "chemistry", "skin", "spy"), "tower": ("eiffel", "miniature")}

NAMES = {
    "f": ("Ada", "Mira", "Nora", "Lena", "Ines", "Vera", "Ruth", "Olga"),
    "m": ("Bruno", "Tom", "Karl", "Omar", "Ivan", "Paul", "Felix", "Hugo"),
}

_SLOTS = {
    # time, place, manner
    "when": "| after a while , | a little later , | when the rain stopped , | before long , | as the clock struck <hour> ,",
    "hour": "three | four | five | six | seven | eight | nine",
    "early": "in the morning , | after breakfast , | before sunrise ,",
    "noon": "at noon , | after lunch , | when the sun stood high ,",
    "late": "in the afternoon , | two hours later , | later that day ,",
    "evening": "in the evening , | after supper , | before sunset ,",
    "how": "| slowly | quietly | with a smile | once more | at last",
    "spot": "river | bridge | mill | harbour | market | well | station | fountain",
    "aside": "| <pause>",
    "pause": "while B rested on a bench , | after a short silence , | behind a <colour> curtain , | on a day without wind , "
    "| before anyone else could speak , | with a <colour> hat in one hand ,",
    "colour": "blue | red | green | yellow | white | grey | purple",
    "mood": "happy | tired | curious | nervous | proud | hungry | calm | sad",
    "day": "long | strange | happy | quiet | busy | wonderful",
    "home": "small | old | narrow | tall | crooked | sunny",
    "kin": "friends | neighbours | cousins | twins",
    "told": "told | asked | wrote to | warned",
    "walked": "walked | hurried | went | rode",
    "noticed": "noticed | remembered | described | mentioned | studied | thought of",
    "which": "a | one | the | another | a single | the second | the last | the missing | a strange | a different",
    # mole, four ways: where, who, and what follows
    "place_animal": "garden | meadow | orchard | field | lawn",
    "place_chemistry": "laboratory | classroom | factory | academy | pharmacy",
    "place_skin": "clinic | hospital | bathroom | sickroom | ward",
    "place_spy": "embassy | ministry | barracks | courthouse | consulate",
    "person_animal": "gardener | farmer | shepherd",
    "person_chemistry": "chemist | professor | pupil",
    "person_skin": "doctor | nurse | patient",
    "person_spy": "minister | agent | general",
    "after_animal": "that had dug?d a <size> tunnel?d under the <plants>?d | that was eating?d worms?d beside the roots?d "
    "| with earth?d on its paws?d | that pushed?d up a hill?d of earth?d",
    "after_chemistry": "of <substance.0>!w?d that weighed?d <substance.1>?w grams?d | of <soluble>?d in a warm solution?d "
    "| that filled?d a glass flask?d with <soluble>?d | of <soluble>?d that had dissolved?d in water?d",
    "after_skin": "that looked?d like a dark freckle?d | that had grown?d on A.his <limb>?d | on the <limb>?d of a child?d "
    "| that itched?d under the cream?d",
    "after_spy": "who had stolen?d the secret?d papers?d | who sold?d codes?d to the enemy?d "
    "| with a false?d name?d and a hidden?d camera?d | that had betrayed?d the army?d for money?d",
    "does_animal": "digs?d at night | sleeps?d in a tunnel?d | cannot see?d the sun | eats?d the <plants>?d",
    "does_chemistry": "is counted?d in atoms?d and grams?d | dissolves?d in warm water?d | fills?d half of the flask?d | holds many atoms?d",
    "does_skin": "is only a large freckle?d | needs a little cream?d | must be cut out of the skin?d | has not grown?d",
    "does_spy": "lies?d to everyone | has copied?d the codes?d | works?d for the enemy?d | carries?d a hidden?d camera?d",
    "size": "long | short | deep | narrow",
    "plants": "carrots | roses | lettuce | tulips",
    "soluble": "salt | sugar | soda",
    "limb": "arm | cheek | shoulder | neck | back",
    # tower, two ways
    "at_eiffel": "in the capital!c | on the boulevard!c | by the Seine!c | over in Paris!c",
    "at_miniature": "on the shelf!c | by the dolls!c | in the nursery!c | in the toyshop!c",
    "tower_eiffel": "tower | tower | Eiffel!c tower | famous tower | old tower",
    "tower_miniature": "tower | tower | miniature!c tower | miniature!c Eiffel tower | famous tower | old tower",
    "top_eiffel": "and climbed?d its@t thousand?d steps?d | whose iron?d top was hidden in the clouds?d "
    "| and felt tiny?d beside it@t | and took the lift?d to its@t top",
    "top_miniature": "and lifted?d it@t with two fingers?d | which fitted?d into A.his pocket?d "
    "| and felt like a giant?d beside it@t | and put?d it@t into a box?d",
    "top_b_eiffel": "and climbed?d its@t thousand?d steps?d | whose iron?d top was hidden in the clouds?d | and felt tiny?d beside it@t",
    "top_b_miniature": "and lifted?d it@t with two fingers?d | which fitted?d into a pocket?d | and felt like a giant?d beside it@t",
    "saw": "looked at | drew | pointed at | stood before",
    # creatures
    "creature": "creature | beast | animal",
    "ground": "forest | valley | island | hillside | swamp",
    "roamed": "roamed | crossed | explored | guarded | left",
    "clung": "clung to | stuck to | hung from | covered",
    "texture": "soft | warm | cold | wet | clean",
    # goods
    "goods": "apples | pears | plums | eggs | shells | coins | buttons | candles",
    "wares": "apples | pears | plums | eggs | buttons | candles",
    "vessel": "bottle | bucket | bowl | cup | jug",
    "gift": "ring | lantern | letter | map | flute | kite | cake | scarf",
    "container": "basket | bag | drawer | pocket",
    # agreement
    "near": "near | behind | beside | under | above",
    "state": "wet | broken | dirty | clean | dusty | heavy | new",
    "chased": "touched | moved | cleaned | wanted",
    "old": "| old | small | big",
}

_TABLES = {
    "cover": "fluffy fur, scaly scales, feathered feathers, woolly wool, spiny spines",
    "substance": "carbon twelve, water eighteen, iron fifty-six, salt fifty-eight",  # grams a mole, rounded
    "land": "verdant leaves, frozen snow, burnt ash, misty dew, sandy dust",
    "opposite": """hot cold soup, hot cold bath, tall short fence, tall short ladder, heavy light suitcase, heavy light hammer,
        wide narrow road, wide narrow bed, wet dry towel, wet dry coat, full empty glass, full empty bucket, new old hat,
        new old carpet, loud quiet engine, loud quiet bell, clean dirty shirt, clean dirty plate, soft hard pillow,
        soft hard cheese, fast slow train, fast slow boat, open closed gate, open closed window, bright dark lamp,
        bright dark cellar, sweet sour cherry, sweet sour drink, rough smooth plank, rough smooth wall""",
    "person": """king he his crown palace queen, queen she her crown palace king, prince he his horse castle princess,
        princess she her horse castle prince, actor he his mask theatre actress, actress she her mask theatre actor,
        waiter he his tray kitchen waitress, waitress she her tray kitchen waiter, uncle he his car village aunt,
        aunt she her car village uncle, father he his ladle pantry mother, mother she her ladle pantry father,
        grandfather he his glasses library grandmother, grandmother she her glasses library grandfather,
        boy he his kite playground girl, girl she her kite playground boy, husband he his wallet bank wife,
        wife she her wallet bank husband, brother he his bicycle tent sister, sister she her bicycle tent brother,
        nephew he his drum attic niece, niece she her drum attic nephew, host he his keys cloakroom hostess,
        hostess she her keys cloakroom host""",
    "young": """cow calf stable mooed, dog puppy kennel barked, cat kitten sofa purred, horse foal paddock neighed,
        sheep lamb fold bleated, duck duckling pond quacked, hen chick barn clucked, bear cub cave growled,
        swan cygnet lake hissed, deer fawn thicket snorted""",
    "thing": """clock clocks, letter letters, wheel wheels, flower flowers, bottle bottles, door doors, chair chairs,
        lamp lamps, key keys, book books, ladder ladders, carpet carpets, bucket buckets, box boxes, plate plates, coat coats,
        drum drums, mask masks, hat hats, kite kites""",
}

NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _rows(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row.split()) for row in text.split(","))


def _both_ways(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(row for a, b, *rest in rows for row in ((a, b, *rest), (b, a, *rest)))


def _sums(largest: int) -> tuple[tuple[str, str, str], ...]:
    """Rows (a, b, a + b) in words, each part from two."""
    return tuple(
        (NUMBERS[a - 2], NUMBERS[b - 2], NUMBERS[a + b - 2])
        for a in range(2, largest)
        for b in range(2, largest + 1 - a)
    )


TABLES = {name: _rows(text) for name, text in _TABLES.items()}
TABLES["opposite"] = _both_ways(TABLES["opposite"])
TABLES["sum"] = _sums(12)

SLOTS = {name: tuple(option.strip() for option in text.split("|")) for name, text in _SLOTS.items()} | TABLES
