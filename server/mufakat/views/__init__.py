"""View models for the pages: rows and labels in, dataclasses and safe SVG out, nothing read."""
