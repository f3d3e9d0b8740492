"""Answers SPARQL: what may be asked, of what, in which format. Knows nothing of HTTP."""
