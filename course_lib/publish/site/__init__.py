"""The course as a folder of pages: executed lessons, figures alive without Python, nothing asked of any other machine.

Lessons are run once, with their figures written for a page (see ``explorer.hosts.page``), and kept in ``build/executed`` until what they
are made of changes. Then they become the source of a Sphinx site: each figure's frames are a file of their own, loaded when
the figure comes near the screen; formulas are drawn by a MathJax that lies beside the pages.

- ``running``: the lessons' notebooks, run and kept
- ``lessons``: one of them as the source of a page
- ``pictures``: its pictures, as files
- ``pages``: the pages beside them
- ``terms``: an extension of Sphinx that links terms to the glossary
- ``sources``: all of it, written where Sphinx reads it
- ``printing``: the pages on paper
"""

from course_lib.publish.site.running import execute_all
from course_lib.publish.site.sources import NotBuilt, site_source

__all__ = ["NotBuilt", "execute_all", "site_source"]
