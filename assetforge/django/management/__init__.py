"""What `manage.py` knows of this app."""
