"""Shapley, Owen and LMG values: exact decompositions over subsets of parts."""
