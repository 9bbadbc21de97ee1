"""The library behind the course: one package per concept, and the kits that make lessons, exercises and live figures.

Nothing is imported here, so that ``import course_lib`` costs next to nothing; a lesson imports what it needs.
"""

__version__ = "1.0.0"
