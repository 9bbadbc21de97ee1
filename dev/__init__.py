"""For those who carry the course on; no part of the library, and nothing that a learner needs."""
