"""`python -m tapwright.cli`, for where the script is not on the path."""

from tapwright.cli.app import main

main()
