"""`python -m assetforge`."""

from assetforge.cli import main

if __name__ == "__main__":
    main(prog_name="assetforge")
