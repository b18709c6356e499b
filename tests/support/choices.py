"""Configurations for tests that are about something else than how pages load."""

from assetforge.config import Scripts, Stylesheets

# Scripts and stylesheets stay where their author put them.
AS_WRITTEN = {"stylesheets": Stylesheets(delivery="blocking", imports="keep"), "scripts": Scripts(policy="off")}
