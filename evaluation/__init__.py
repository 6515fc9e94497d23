"""How well plans are read, against facts coded by hand; run by ``make evaluate-plans``."""
