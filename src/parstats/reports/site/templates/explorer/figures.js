// Rows of each view, as the charts in Python have them, and the figure drawn from them.
"use strict";

// Rank of each score among all of a year: one more than the scores above; none without enough.
function ranksIn(year, series) {
  const column = year.series[series];
  if (!column) return null;
  const known = column.scores.filter((score) => score !== null);
  if (known.length < year.needed) return null;
  return {
    n: known.length,
    ranks: column.scores.map((score) =>
      score === null ? null : 1 + known.filter((other) => other > score).length,
    ),
  };
}

function quantile(sorted, share) {
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
}

const ascending = (values) => values.filter((v) => v !== null).sort((a, b) => a - b);
const isFaded = (unit) => state.region !== "" && unit.region !== state.region;

function mapRows() {
  const { units, islands } = setOf();
  const column = yearOf().series[state.series];
  const ranked = ranksIn(yearOf(), state.series);
  const words = (short) => {
    const cut = short.lastIndexOf(" ");
    return cut < 0 ? [short] : [short.slice(0, cut), short.slice(cut + 1)];
  };
  const rows = units.map((unit, at) => {
    const rank = ranked ? ranked.ranks[at] : null;
    const lines = words(unit.short[state.lang]);
    if (rank !== null) lines.push(String(rank));
    return {
      code: unit.code,
      name: unit.names[state.lang],
      label: lines.join("\n"),
      n_lines: lines.length,
      row: unit.tile[0],
      column: unit.tile[1],
      score: column ? column.scores[at] : null,
      rank,
      n_ranked: ranked ? ranked.n : null,
      share: rank === null ? null : ranked.n > 1 ? (rank - 1) / (ranked.n - 1) : 0,
      is_chosen: state.provinces.includes(unit.code),
      is_faded: isFaded(unit),
      is_island: false,
    };
  });
  for (const group of islands) {
    rows.push({
      code: "",
      name: group.names[state.lang],
      label: words(group.short[state.lang]).join("\n"),
      n_lines: words(group.short[state.lang]).length,
      row: group.tile[0],
      column: group.tile[1],
      score: null,
      rank: null,
      n_ranked: null,
      share: null,
      is_chosen: false,
      is_faded: false,
      is_island: true,
    });
  }
  return rows;
}

// Series shown by the comparison: of a level, or what lies under the chosen series.
function comparedSeries() {
  const year = yearOf();
  const under = Object.keys(year.series).filter(
    (name) => year.series[name].parent === state.series && state.series !== indexOf().top,
  );
  return indexOf().series.filter((one) =>
    under.length ? under.includes(one.series) : one.level === state.level && one.series in year.series,
  );
}

function compareRows() {
  const year = yearOf();
  const { units } = setOf();
  const rows = [];
  const labels = [];
  for (const one of comparedSeries()) {
    const column = year.series[one.series];
    if (column.low === null || column.high === null) continue;
    const share = (score) => (100 * (score - column.low)) / (column.high - column.low);
    let label = one.names[state.lang];
    while (labels.includes(label)) label += " *";
    labels.push(label);
    const known = ascending(column.scores).map(share);
    const among = { kind: "all", series: one.series, label, low: null };
    if (known.length >= year.needed) {
      among.low = known[0];
      among.q25 = quantile(known, 0.25);
      among.median = quantile(known, 0.5);
      among.q75 = quantile(known, 0.75);
      among.high = known[known.length - 1];
    }
    rows.push(among);
    for (const code of state.provinces) {
      const at = units.findIndex((unit) => unit.code === code);
      const score = column.scores[at];
      if (score === null) continue;
      const name = units[at].names[state.lang];
      const mine = { kind: "province", series: one.series, label, code, name, score };
      rows.push({ ...mine, share: share(score), max_score: column.high });
    }
  }
  return { rows, labels };
}

function historyRows() {
  const index = indexOf();
  const rows = [];
  const whens = [];
  index.years.forEach((year, place) => {
    const column = year.series[state.series];
    if (year.set !== yearOf().set || !column) return;
    const when = year.short[state.lang];
    whens.push(when);
    const of = { year: year.year, when, segment: index.segments[state.series][place] };
    const ranked = ranksIn(year, state.series);
    if (state.measure === "score" && ranked) {
      const known = ascending(column.scores);
      const [q25, median, q75] = [0.25, 0.5, 0.75].map((share) => quantile(known, share));
      rows.push({ kind: "all", ...of, q25, median, q75 });
    }
    for (const code of state.provinces) {
      const at = setOf().units.findIndex((unit) => unit.code === code);
      const score = column.scores[at];
      if (score === null) continue;
      const rank = ranked ? ranked.ranks[at] : null;
      const value = state.measure === "score" ? score : rank;
      const name = setOf().units[at].names[state.lang];
      const n_ranked = ranked ? ranked.n : null;
      rows.push({ kind: "province", ...of, code, name, value, score, rank, n_ranked });
    }
  });
  return { rows, whens };
}

// The year before that the chosen one compares with, if there is one.
function yearBefore() {
  const index = indexOf();
  const place = index.years.indexOf(yearOf());
  const before = index.years[place - 1];
  const segments = index.segments[state.series];
  const compares =
    before && before.set === yearOf().set && segments[place] === segments[place - 1];
  return compares && state.series in before.series ? before : null;
}

function tableRows() {
  const column = yearOf().series[state.series];
  const ranked = ranksIn(yearOf(), state.series);
  const before = yearBefore();
  const rows = setOf().order[state.lang].map((at) => {
    const unit = setOf().units[at];
    const score = column.scores[at];
    const then = before ? before.series[state.series].scores[at] : null;
    return {
      code: unit.code,
      name: unit.names[state.lang],
      region: unit.region ? PAGE.data.regions[unit.region][state.lang] : "",
      score,
      rank: ranked ? ranked.ranks[at] : null,
      change: score === null || then === null ? null : score - then,
      is_faded: isFaded(unit),
    };
  });
  return rows
    .filter((row) => !row.is_faded)
    .sort((a, b) => (a.rank ?? 1e9) - (b.rank ?? 1e9) || (b.score ?? -1e9) - (a.score ?? -1e9));
}

// The specification of a chart with what the rows bring: `["$names"]` stands for the names.
function filled(part, values) {
  if (Array.isArray(part)) {
    const name = part.length === 1 && typeof part[0] === "string" && part[0].startsWith("$");
    return name ? values[part[0].slice(1)] : part.map((each) => filled(each, values));
  }
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, filled(value, values)]));
}

// What the chosen view draws: its specification and rows; null if there is nothing to draw.
function drawing() {
  const names = state.provinces.map((code) => unitAt(code).names[state.lang]);
  const specs = PAGE.specs[state.lang];
  if (state.view === "map") {
    const rows = mapRows();
    const spec = filled(specs.map, {});
    spec.height = 44 * (1 + Math.max(...rows.map((row) => row.row)));
    return { spec, rows };
  }
  if (state.view === "compare") {
    const { rows, labels } = compareRows();
    if (!rows.some((row) => row.kind === "province" || row.low !== null)) return null;
    return { spec: withoutPoints(filled(specs.compare, { labels, names }), 1), rows };
  }
  const { rows, whens } = historyRows();
  if (!rows.some((row) => row.kind === "all" || row.value !== null)) return null;
  return { spec: withoutPoints(filled(specs[state.measure], { whens, names }), 2), rows };
}

// Vega draws neither axes nor the rest below a legend of nobody: without provinces their layers,
// the last ones, are left out.
function withoutPoints(spec, layers) {
  return state.provinces.length ? spec : { ...spec, layer: spec.layer.slice(0, -layers) };
}

const NARROW = 560; // pixels of a figure in which three names side by side have no room

function inOneColumn(layer) {
  const encoding = { ...layer.encoding };
  for (const [channel, what] of Object.entries(encoding)) {
    if (!what.legend || !what.legend.columns) continue;
    encoding[channel] = { ...what, legend: { ...what.legend, columns: 1 } };
  }
  return { ...layer, encoding };
}

let view = null;

async function draw() {
  const place = document.getElementById("figure");
  const what = state.view === "table" ? null : drawing();
  if (view) view.finalize();
  view = null;
  place.replaceChildren();
  document.getElementById("svg").hidden = !what;
  if (!what) {
    const nobody = state.view === "history" && !state.provinces.length;
    if (state.view !== "table") place.textContent = say(nobody ? "none_chosen" : "no_data");
    place.dataset.drawn = toAddress();
    return;
  }
  const spec = { ...what.spec, datasets: { rows: what.rows } };
  if (place.clientWidth < NARROW) spec.layer = spec.layer.map(inOneColumn);
  const options = {
    actions: false,
    renderer: "svg",
    formatLocale: PAGE.marks[state.lang],
    ast: false,
  };
  const drawn = await vegaEmbed(place, spec, options);
  view = drawn.view;
  view.addEventListener("click", (event, item) => {
    const code = item && item.datum && item.datum.code;
    if (code && state.view === "map") toggle(code);
  });
  place.dataset.drawn = toAddress();
}
