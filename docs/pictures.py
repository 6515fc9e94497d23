"""Draw the pictures of the README: ``python docs/pictures.py`` after ``parstats build``."""

from pathlib import Path

import parstats as ps

YEAR, PROVINCE = 2024, ps.match_province("Lạng Sơn")
scores = ps.load_scores("PAPI")
folder = Path(__file__).parent / "images"

shares = ps.drivers.shares(scores, YEAR)
ps.charts.shares(shares, "en", n_top=12).save(folder / "drivers-2024.png")
profile = ps.panel.profile(scores, PROVINCE, YEAR)
ps.charts.profile(profile, PROVINCE, "en").save(folder / "profile-lang-son-2024.png")
history = ps.panel.history(scores, PROVINCE)
ps.charts.history(history, PROVINCE, "en").save(folder / "history-lang-son.png")
