"""Something to train on and something to try it on. Nothing is downloaded and nothing was copied.

The large text is the documentation of NumPy as it is installed here: ordinary technical English, about a megabyte. The
small ones were written for this course.
"""

import functools

__all__ = ["LANGUAGES", "STORY", "documentation"]

STORY = """A fluffy blue creature roamed the verdant forest. It had no name, for nobody had ever called it, and it had no
errand, for nobody had ever sent it anywhere. In the morning it counted the pools of rain between the roots and drank from
the smallest. At noon it slept where the moss was warm. In the evening it sat on a fallen trunk and listened, because the
forest, which said little by day, grew talkative at dusk.

The owls asked who was there, again and again, and were never content with the answer. The brook told the same long story
it had told the day before, and hurried as if it might be interrupted. Far off a woodpecker knocked at one door after the
other, and no door was opened. The creature understood none of it and liked all of it.

One night a fox came by and stopped. "You are blue," said the fox. "I have never met anything blue that was not the sky or
a berry."

"Perhaps I am a piece of the sky," said the creature, "or a large berry."

"Berries do not speak," said the fox, who had eaten many. "And the sky does not sit on trunks." It thought for a while.
"You must be something of your own."

Nobody had ever said a kinder thing to the creature. It moved over a little, and the fox sat down beside it, and the brook
began its story from the beginning.
"""

LANGUAGES = {
    "English": "A fluffy blue creature roamed the verdant forest.",
    "German": "Ein flauschiges blaues Geschöpf streifte durch den grünen Wald.",
    "Greek": "Ένα αφράτο μπλε πλάσμα περιπλανιόταν στο καταπράσινο δάσος.",
    "Hindi": "एक मुलायम नीला जीव हरे-भरे जंगल में घूमता था।",
    "Chinese": "一只毛茸茸的蓝色生物在青翠的森林里漫步。",
    "emoji": "🧶💙🐾🚶🌳🌲🌳",
}


@functools.cache
def documentation() -> str:
    """The documentation of everything that NumPy offers by name, one entry after the other, each once.

    >>> "ndarray" in documentation()
    True
    """
    import numpy

    things = (getattr(numpy, name) for name in sorted(dir(numpy)) if not name.startswith("_"))
    found = (getattr(thing, "__doc__", None) for thing in things if callable(thing))
    return "\n".join(dict.fromkeys(text for text in found if isinstance(text, str)))
