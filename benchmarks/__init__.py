"""Every speed claim of the course, measured as a ratio against a named peer in the same run."""
