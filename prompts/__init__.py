"""The words: Jinja2 over a small Markdown, one folder a feature."""
