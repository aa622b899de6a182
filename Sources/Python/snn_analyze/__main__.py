"""`python -m snn_analyze …` is the command `snn-analyze …`."""

import os
import sys

from . import SNNError, command
from ._command import environment

if __name__ == "__main__":
    try:
        program = command()
    except SNNError as error:
        sys.exit(f"Error: {error}")
    os.execve(program, [program, *sys.argv[1:]], environment())
