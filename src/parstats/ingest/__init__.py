"""Published index files to scores, one module per published form."""
