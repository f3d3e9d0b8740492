"""Answers SPARQL; knows nothing of HTTP, Flask or any regime."""
