"""Pages that are templates: how they are put together, and what was decided for a page said in the templates' own text."""
