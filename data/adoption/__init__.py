"""Takes over tables made by hand from seed 000: `python -m data setup --org NAME`."""
