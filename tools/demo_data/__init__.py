"""The steps by which `tools/build_demo_data.py` makes the demo company out of public data."""
