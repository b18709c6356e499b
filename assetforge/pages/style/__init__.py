"""How a page's stylesheets are delivered, and the CSS that its first paint needs."""
