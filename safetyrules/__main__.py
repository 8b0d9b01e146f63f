"""Run the command line with `python -m safetyrules`."""

import sys

from safetyrules.cli.main import main

sys.exit(main())
