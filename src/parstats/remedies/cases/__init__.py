"""Case studies of single plans: results, contrasts, limitations, missing figures."""
