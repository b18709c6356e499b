"""`python -m assetforge`."""

import sys

from assetforge.cli import main

if __name__ == "__main__":
    sys.exit(main())
