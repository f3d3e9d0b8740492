"""Pure view models and server-rendered SVG."""
