"""How selectors meet elements: shapes of pages, and which rules of a stylesheet may match something in one."""
