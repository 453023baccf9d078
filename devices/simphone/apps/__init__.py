"""The apps of the simulated phone, one page or a few pages to a file."""
