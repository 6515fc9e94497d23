"""Many notebooks with many sets of parameters: jobs in, files and a manifest out."""
