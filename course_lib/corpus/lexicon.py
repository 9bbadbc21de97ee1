"""The part of speech of every word of the world: each word has one, and is used as nothing else."""

__all__ = ["PART_OF_SPEECH"]

_WORDS = {
    "PUNCT": ", .",
    "DET": "a an the another all many",
    "NUM": "one two three four five six seven eight nine ten eleven twelve eighteen fifty-six fifty-eight thousand half",
    "PRON": "he she it its him her his them there nobody somebody nothing this what everyone anyone",
    "PART": "not to",
    "NAME": "Ada Bruno Felix Hugo Ines Ivan Karl Lena Mira Nora Olga Omar Paris Paul Ruth Seine Tom Vera",
    "CONJ": "and as because before but for so that until when where which while who whose why",
    "ADP": "about above after at behind beside between by from in into like near of on out over past under "
    "up with without",
    "ADV": "asleep else home how later more now often once only quietly slowly still too",
    "ADJ": """Eiffel big blue bright broken burnt busy calm clean closed cold crooked curious dark deep different dirty dry dusty
        empty false famous fast feathered first fluffy frozen full green grey happy hard heavy hidden high hot hungry
        large last light little long loud miniature missing misty narrow nervous new newborn old open other proud purple
        quiet red rough sad sandy scaly second secret short single slow small smooth soft sour spiny strange sunny sweet
        tall tired tiny verdant warm wet white wide wonderful woolly yellow""",
    "VERB": """asked be been bought bleated barked betrayed brought called came cannot carried carries carrying choose cleaned climbed
        clucked clung come copied could counted covered crossed cut described digs dissolved dissolves dreamed drew dug
        eating eats explored fell felt filled fills find fitted found gave greeted growled grown guarded had has heard
        help helped hissed holds hung hurried invited is itched kept laughed learned led left licked lies lifted liked lived look looked
        lost made meet mentioned met mooed moved must needed needs neighed noticed opened pointed purred pushed put
        quacked ran read remembered rested roamed rode said sat saw see shook showed sleep sleeps slept smiled snorted sold speak
        stolen stood stopped stroked struck stuck studied sweep thanked thought told took touched waiting walked wanted
        warned was washed weighed went were woke works wrote""",
    "NOUN": """academy actor actress afternoon agent animal apples arm army ash atoms attic aunt back bag bank barn
        barracks basket bath bathroom bear beast bed bell bench bicycle boat book books bottle bottles boulevard bowl box boxes
        boy breakfast bridge brother bucket buckets buttons cake calf camera candles capital car carbon carpet carpets
        carrots castle cat cave cellar chair chairs cheek cheese chemist cherry chick child classroom clinic cloakroom
        clock clocks clouds coat coats codes coins consulate courthouse cousins cow cream creature crown cub cup curtain cygnet
        day deer dew doctor dog dolls door doors drawer drink drum drums duck duckling dust earth eggs embassy enemy engine
        evening factory farmer father fawn feathers fence field fingers flask flower flowers flute foal fold forest fountain
        freckle friends fur garden gardener gate general giant girl glass glasses grams grandfather grandmother
        hammer hand harbour hat hats hen hill hillside horse hospital host hostess hours house husband iron island jug kennel key
        keys king kitchen kite kites kitten laboratory ladder ladders ladle lake lamb lamp lamps lantern lawn leaves letter
        letters lettuce library life lift lunch map market mask masks meadow milk mill minister ministry mole money morning mother name
        neck neighbour neighbours nephew niece night noon nurse nursery orchard paddock palace pantry papers patient paws pears
        pharmacy pillow place plank plate plates playground plums pocket pond prince princess professor pupil puppy queen
        rain ring river road room roots roses salt scales scarf shelf shells shepherd shirt shop shoulder sickroom side
        silence sister skin smile snow soda sofa solution soup sheep spines stable station steps story sugar suitcase sun
        sunrise sunset supper swamp swan tent theatre thicket things top towel tower toyshop train tray
        tulips tunnel twins uncle valley village waiter waitress wall wallet ward water well wheel wheels wife wind window
        wool worms""",
}
PART_OF_SPEECH = {word: pos for pos, text in _WORDS.items() for word in text.split()}
