"""`python -m kdl` is the same program as the command `kdl`."""

from kdl.cli import main

if __name__ == "__main__":
    main()
