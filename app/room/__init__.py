"""The reading room: pages for people, made of what the interface answers to anybody, and of nothing else."""
