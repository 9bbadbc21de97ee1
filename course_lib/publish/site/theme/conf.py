"""How Sphinx makes the site: copied by ``make site`` beside the pages' sources."""

project = "Transformers, taken apart"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "course_lib.publish.site.terms",
]
language = "en"
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_js_files = [("made.js", {"defer": "defer"}), ("course.js", {"defer": "defer"})]
html_show_sourcelink = False
html_show_copyright = False
html_copy_source = False
nb_execution_mode = "off"
nb_number_source_lines = False
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
mathjax_path = "tex-svg.js"
autodoc_member_order = "bysource"
napoleon_numpy_docstring = False
python_use_unqualified_type_names = True
suppress_warnings = ["myst.header", "myst.xref_missing", "mystnb.unknown_mime_type", "ref.python"]
