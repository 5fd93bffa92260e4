"""Make the PyTorch training loop visible. Importing this does nothing: names are loaded on first use."""
