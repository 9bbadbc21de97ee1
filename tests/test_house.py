"""The rules of the house: who may import whom, what an import costs, what stands in no file, how lessons are laid out."""

import ast
import importlib
import itertools
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import course_lib
from course_lib.publish import read_lesson
from course_lib.syllabus import LESSONS

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "course_lib"
ORDER = [lesson.concept for lesson in LESSONS]
WRITTEN = [name for name in ORDER if (LIBRARY / name).is_dir()]

# The layers of the house. Below lie the kits, and every module that stands in course_lib itself but for the front door; they
# import no concept. Then come the concepts in the order of the syllabus, each on those taught before it. Above them lies the
# front door, which may import everything, and is imported by nothing else. The classroom stands with it: it grades every
# concept, and only the commands ask it. (What it gives to a worker, classroom/inside, is no concept's business either.)
KITS = ["corpus", "explorer", "install", "practice", "publish", "worked"]
FRONT_DOOR = ["__main__", "classroom", "cli", "commands"]

# Who imports a module by a name that it puts together when it runs, where no list of imports shows it: module -> what it
# imports and why. Whoever needs another such import declares it here.
BY_NAME = {
    "course_lib.classroom.inside.own": "the course's own function of an exercise, where the worker's notebook asks for it",
    "course_lib.classroom.inside.serving": "the class of a record that a judge sends: it has imported the same one",
    "course_lib.commands.__init__": "its own files, of which the students' edition has not all",
    "course_lib.practice.catalogue": "course_lib.CONCEPT.exercises: the syllabus lies below, and asks each concept for its exercises",
}
# Who starts a process that runs a module of the course, which is an import by another way: module -> (modules, why).
STARTED = {
    "course_lib.gpu.compiling": ({"course_lib.gpu.compiling"}, "itself, in a process that can be stopped"),
    "course_lib.gpu.launching": ({"course_lib"}, "train, which the lesson starts as a reader would, from the terminal"),
}
FILES = sorted(LIBRARY.rglob("*.py"))
BY_HAND = sorted(LIBRARY.glob("*/by_hand.py"))
LESSON_FILES = sorted((ROOT / "lessons").glob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EVERY_LESSON = pytest.mark.parametrize("path", LESSON_FILES, ids=lambda path: path.stem)


def dotted(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imported(source, package):
    """Every module that a source file imports, wherever in the file, relative imports made absolute."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*parts, *([node.module] if node.module else [])])
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def concepts_in(modules):
    words = [module.split(".") for module in modules]
    return {word[1] for word in words if word[0] == "course_lib" and len(word) > 1 and word[1] in ORDER}


def too_late(source, package, concept):
    """The concept packages that a file of one concept imports and that come after it."""
    return {other for other in concepts_in(imported(source, package)) if ORDER.index(other) > ORDER.index(concept)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from course_lib.attention import by_hand", set()),
        ("from course_lib.explorer import Slider\nimport course_lib.practice, course_lib.numeric", set()),
        ("import course_lib.block.by_hand", {"block"}),
        ("from course_lib import loss", {"loss"}),
        ("def late():\n    from course_lib.transformer.by_hand import decoder", {"transformer"}),
        ("from ..multi_head import by_hand", {"multi_head"}),
        ("from .by_hand import softmax", set()),
    ],
)
def test_an_import_of_a_later_concept_would_be_found(source, expected):
    assert too_late(source, "course_lib.attention", "attention") == expected


@pytest.mark.parametrize("concept", WRITTEN)
def test_no_concept_imports_a_later_one(concept):
    files = sorted((LIBRARY / concept).rglob("*.py"))
    assert files
    found = {dotted(path): too_late(path.read_text(encoding="utf-8"), dotted(path.parent), concept) for path in files}
    assert {name: late for name, late in found.items() if late} == {}


def layer(path):
    """ "kit", "concept" or "front door", by the folder or module of course_lib that a file belongs to; None for none of them."""
    name = path.relative_to(LIBRARY).with_suffix("").parts[0]
    if name in FRONT_DOOR:
        return "front door"
    if name in ORDER:
        return "concept"
    return "kit" if name in KITS or path.parent == LIBRARY else None


def imports_of(path):
    return imported(path.read_text(encoding="utf-8"), dotted(path.parent))


def test_every_file_lies_in_a_layer():
    homeless = [path for path in FILES if layer(path) is None]
    assert homeless == [], "a new folder is a concept of the syllabus, or one of KITS or FRONT_DOOR"
    assert {layer(path) for path in FILES} >= {"kit", "concept", "front door"}


def test_what_lies_below_the_concepts_imports_none_of_them():
    found = {dotted(path): concepts_in(imports_of(path)) for path in FILES if layer(path) == "kit"}
    assert {dotted(LIBRARY / "syllabus.py"), dotted(LIBRARY / "corpus" / "__init__.py")} <= set(found)
    assert {name: concepts for name, concepts in found.items() if concepts} == {}


def doors_in(modules):
    """The parts of the front door among imported modules."""
    return {module for module in modules for door in FRONT_DOOR if f"{module}.".startswith(f"course_lib.{door}.")}


def test_nothing_but_the_front_door_imports_the_front_door():
    assert doors_in(["course_lib.cli", "course_lib.commands.train", "course_lib.clip", "course_lib"]) == {
        "course_lib.cli",
        "course_lib.commands.train",
    }
    assert doors_in(imports_of(LIBRARY / "__main__.py"))
    found = {dotted(path): doors_in(imports_of(path)) for path in FILES if layer(path) != "front door"}
    assert {name: doors for name, doors in found.items() if doors} == {}


#: Functions that import what a text names.
IMPORTERS = {"__import__", "import_module", "resolve_name", "run_module", "run_path", "spec_from_file_location"}


def by_name(source):
    """The functions used in a source file that import by name, however they are spelt."""
    used = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            used |= {alias.name for alias in node.names}
        used |= {getattr(node, "id", None), getattr(node, "attr", None)}
    return used & IMPORTERS


def started(source):
    """The modules of the course that a source file starts: what follows "-m" in a list of words."""
    words = [
        [getattr(word, "value", None) for word in node.elts]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.List | ast.Tuple)
    ]
    pairs = [pair for line in words for pair in itertools.pairwise(line)]
    return {str(module) for flag, module in pairs if flag == "-m" and str(module).startswith("course_lib")}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import importlib\nimportlib.import_module('course_lib.' + name)", {"import_module"}),
        ("from importlib import import_module as fetch\nfetch(name)", {"import_module"}),
        ("def late():\n    return __import__(name)", {"__import__"}),
        ("import course_lib.attention\n# import_module", set()),
    ],
)
def test_an_import_by_name_would_be_found(source, expected):
    assert by_name(source) == expected


def test_imports_by_name_are_declared():
    found = {dotted(path) for path in FILES if by_name(path.read_text(encoding="utf-8"))}
    assert found == set(BY_NAME)


def test_processes_that_run_the_course_are_declared():
    assert started('[sys.executable, "-m", "course_lib.gpu"], (python, "-m", "pip")') == {"course_lib.gpu"}
    found = {dotted(path): started(path.read_text(encoding="utf-8")) for path in FILES if layer(path) != "front door"}
    assert {name: modules for name, modules in found.items() if modules} == {
        name: modules for name, (modules, _) in STARTED.items()
    }


@pytest.mark.parametrize("path", BY_HAND, ids=dotted)
def test_by_hand_does_not_name_torch(path):
    modules = imported(path.read_text(encoding="utf-8"), dotted(path.parent))
    assert [module for module in modules if module.split(".")[0] == "torch"] == []


def recorded(source):
    """The recorded name of every Explorer that a file makes, None where it is not written out; in the order of the file."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    made = [call for call in calls if "Explorer" in (getattr(call.func, "id", ""), getattr(call.func, "attr", ""))]
    given = [{keyword.arg: keyword.value for keyword in call.keywords}.get("name") for call in made]
    return [getattr(value, "value", None) for value in given]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def figure() -> Explorer:\n    return Explorer(frame, panels=[], name='a.b', **options)", ["a.b"]),
        ("x = Explorer(frame)\ny = explorer.Explorer(frame, name=title)", [None, None]),
        ("from course_lib.explorer import Explorer\nBars('a', name='b')", []),
    ],
)
def test_the_recorded_names_of_figures_would_be_found(source, expected):
    assert recorded(source) == expected


def test_a_figure_has_a_file_of_its_own_and_its_recorded_name_is_its_address():
    folders = sorted(LIBRARY.glob("*/figures"))
    files = [path for folder in folders for path in sorted(folder.parent.rglob("*.py"))]
    found = {path: recorded(path.read_text(encoding="utf-8")) for path in files}
    made = {path.relative_to(LIBRARY).as_posix(): names for path, names in found.items() if names}
    assert len(made) > 30
    assert {file: names for file, names in made.items() if [file] != [address_of(name) for name in names]} == {}


def address_of(name):
    """The file of the figure that is recorded as concept.figure."""
    return "/figures/".join(str(name).split(".")) + ".py"


def python(code):
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.strip()


def test_importing_every_by_hand_module_leaves_torch_alone():
    assert BY_HAND
    imports = "; ".join(f"import {dotted(path)}" for path in BY_HAND)
    assert python(f"import sys; {imports}; print('torch' in sys.modules)") == "False"
    assert python("import sys; import course_lib.attention.in_torch; print('torch' in sys.modules)") == "True"


@pytest.mark.parametrize("module", ["course_lib", *map(dotted, BY_HAND)])
def test_an_import_costs_less_than_three_tenths_of_a_second_beyond_numpy(module):
    code = "import numpy, time; before = time.process_time(); import {}; print(time.process_time() - before)"
    assert any(float(python(code.format(module))) < 0.3 for _ in range(3))


def tracked_texts():
    """Every file that git keeps and that is text: name -> text."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: there is no list of the files that are kept")
    done = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=True, cwd=ROOT)
    found = {}
    for name in filter(None, done.stdout.split("\0")):
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a picture, or a file about to be removed
    return found


# Put together here, so that this file does not hold what it looks for.
NEEDLES = [
    *(f"/{folder}/" for folder in ("work", "root")),
    "+" + "cpu",
    "py" + "pi.org",
    "python" + "hosted.org",
    "download." + "pytorch.org",
    "index" + "-url",
]


@pytest.mark.parametrize("needle", NEEDLES)
def test_no_kept_file_holds_a_path_or_an_address_of_one_computer(needle):
    texts = tracked_texts()
    assert len(texts) > 50
    assert [name for name, text in texts.items() if needle in text] == []


def public_names():
    for module in pkgutil.walk_packages(course_lib.__path__, "course_lib."):
        if not module.name.endswith("__main__") and "lab_config" not in module.name:
            loaded = importlib.import_module(module.name)
            yield module.name, loaded, None
            for name in getattr(loaded, "__all__", ()):
                yield f"{module.name}.{name}", getattr(loaded, name), name


def has_words(thing, name):
    """Whether a docstring was written; a dataclass without one gets its signature for a docstring."""
    words = (thing.__doc__ or "").strip()
    return bool(words) and not (name and words.startswith(f"{name}("))


def test_everything_public_has_a_docstring():
    found = [(full, thing, name) for full, thing, name in public_names() if name is None or callable(thing)]
    assert len(found) > 100
    assert [full for full, thing, name in found if not has_words(thing, name)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_no_outputs(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert "widgets" not in notebook["metadata"]
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert code
    assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []


def test_there_are_lessons_and_notebooks_to_look_at():
    assert [path.stem for path in LESSON_FILES] == [path.stem for path in NOTEBOOKS]
    assert LESSON_FILES


@EVERY_LESSON
def test_a_lesson_has_as_many_cells_as_one_can_read_in_a_sitting(path):
    assert 25 <= len(read_lesson(path)) <= 60


@EVERY_LESSON
def test_a_code_cell_fits_on_a_screen(path):
    long = {}
    for cell in read_lesson(path):
        lines = [line for line in cell.source.splitlines() if line.strip() and not line.strip().startswith("#")]
        if cell.kind == "code" and len(lines) > 25:
            long[cell.line] = len(lines)
    assert long == {}, "line of the cell: its lines of code"


@EVERY_LESSON
def test_prose_stands_at_least_after_every_third_code_cell(path):
    kinds = "".join(cell.kind[0] for cell in read_lesson(path))
    assert "cccc" not in kinds


HEDGES = re.compile(r"\b(simply|just|obviously)\b|!", re.IGNORECASE)
NOT_PROSE = re.compile(r"^```.*?^```|\$\$.*?\$\$|\$[^$\n]+\$|``.+?``|`[^`\n]+`", re.DOTALL | re.MULTILINE)


def hedges(markdown):
    """The words and signs that a lesson does without, outside code and formulas."""
    return [match[0] for match in HEDGES.finditer(NOT_PROSE.sub(" ", markdown))]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("It is Simply so!", ["Simply", "!"]),
        ("We just, obviously, add.", ["just", "obviously"]),
        ("Adjust the justified `x != y` and $n!$", []),
        ("$$\\operatorname{a}\\!\\left(x\\right)$$\n\n```\nwow!\n```\n\nFine.", []),
    ],
)
def test_words_that_belittle_would_be_found(markdown, expected):
    assert hedges(markdown) == expected


@EVERY_LESSON
def test_a_lesson_does_not_say_that_something_is_easy(path):
    found = {cell.line: hedges(cell.source) for cell in read_lesson(path) if cell.kind == "markdown"}
    assert {line: words for line, words in found.items() if words} == {}, "line of the cell: the words"


TAGS = {
    "br",
    "code",
    "details",
    "em",
    "li",
    "ol",
    "p",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "td",
    "th",
    "tr",
    "ul",
}


def test_a_tag_that_no_browser_knows_is_seen():
    assert tags("rests on *<start>*, `<end>` and <em>that</em>") == ["start", "em"]


def tags(markdown):
    """The names of what a browser takes for HTML; of those it does not know it shows nothing."""
    return re.findall(r"<([a-zA-Z]\w*)[^<>]*>", NOT_PROSE.sub(" ", markdown))


@EVERY_LESSON
def test_no_word_of_a_lesson_is_lost_as_a_tag_that_no_browser_knows(path):
    found = {cell.line: set(tags(cell.source)) - TAGS for cell in read_lesson(path) if cell.kind == "markdown"}
    assert {line: names for line, names in found.items() if names} == {}, "line of the cell: the names"


@EVERY_LESSON
def test_a_lesson_takes_its_colours_from_the_palette(path):
    typed = {cell.line: re.findall(r"#[0-9a-fA-F]{6}\b", cell.source) for cell in read_lesson(path)}
    assert {line: colours for line, colours in typed.items() if colours} == {}, "line of the cell: the colours"
