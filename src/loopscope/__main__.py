"""`python -m loopscope …` is the program `loopscope …`. Knows nothing else."""

import sys

from loopscope.cli import main

if __name__ == "__main__":
    sys.exit(main())
