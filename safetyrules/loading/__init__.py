"""Text to model: strict YAML, shapes, words; every error of every file at once, each with its place."""
