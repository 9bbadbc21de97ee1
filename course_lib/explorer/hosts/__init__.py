"""Where a live figure stands, and what moves its controls there."""
