// What is chosen, kept in the address: explore.html#i=papi&y=2024&s=papi&p=20,01&v=map&l=vi
"use strict";

const MOST = PAGE.most;
const VIEWS = ["map", "compare", "history", "table"];
const state = {
  lang: document.documentElement.lang,
  index: PAGE.data.indices[0].slug,
  year: null,
  series: null,
  region: "",
  provinces: [], // codes, in the set of the year
  view: "map",
  measure: "rank",
  level: "dimension",
  who: "", // province of the what-if
  changes: {}, // points by series
};

const indexOf = () => PAGE.data.indices.find((index) => index.slug === state.index);
const yearOf = () => indexOf().years.find((one) => one.year === state.year);
const setOf = () => PAGE.data.sets[yearOf().set];
const unitAt = (code) => setOf().units.find((unit) => unit.code === code);
const seriesOf = (name) => indexOf().series.find((one) => one.series === name);

function say(key, fields = {}) {
  return PAGE.texts[state.lang][key].replace(/{(\w+)}/g, (_, name) => fields[name]);
}

function written(value, decimals = 2) {
  if (value === null || value === undefined) return "–";
  const mark = state.lang === "vi" ? "," : ".";
  const text = Math.abs(value).toFixed(decimals).replace(".", mark);
  return (value < 0 && Number(value.toFixed(decimals)) !== 0 ? "−" : "") + text;
}

// As the search of the front page: without marks and capitals.
function searchKey(text) {
  const bare = text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return bare.replace(/đ/g, "d").replace(/[^a-z0-9]+/g, " ").trim();
}

function toAddress() {
  const parts = [
    ["i", state.index],
    ["y", state.year],
    ["s", state.series],
    ["r", state.region],
    ["p", state.provinces.join(",")],
    ["v", state.view],
    ["m", state.measure],
    ["d", state.level],
    ["l", state.lang],
    ["q", Object.keys(state.changes).length ? state.who : ""],
    ["w", Object.entries(state.changes).map((pair) => pair.join(":")).join(",")],
  ];
  return "#" + parts.filter((part) => part[1]).map((part) => part.join("=")).join("&");
}

// Take over what an address names and there is; the rest is the usual, so that a link opened in a
// page already in use shows what its sender saw.
function fromAddress(address) {
  const asked = new URLSearchParams(address.replace(/^#/, "").replaceAll("+", "%2B"));
  const get = (name) => asked.get(name) || "";
  if (PAGE.languages.includes(get("l"))) state.lang = get("l");
  const index = PAGE.data.indices.find((one) => one.slug === get("i"));
  if (index) state.index = index.slug;
  const years = indexOf().years;
  state.year = (years.find((one) => String(one.year) === get("y")) || years[years.length - 1]).year;
  state.series = get("s");
  state.region = Object.hasOwn(PAGE.data.regions, get("r")) ? get("r") : "";
  state.provinces = get("p").split(",");
  state.view = VIEWS.includes(get("v")) ? get("v") : VIEWS[0];
  if (["score", "rank"].includes(get("m"))) state.measure = get("m");
  if (["dimension", "criterion"].includes(get("d"))) state.level = get("d");
  state.who = get("q");
  state.changes = {};
  for (const pair of get("w").split(",").filter(Boolean)) {
    const at = pair.lastIndexOf(":");
    const points = Number(pair.slice(at + 1));
    if (at > 0 && Number.isFinite(points)) state.changes[pair.slice(0, at)] = points;
  }
  settle();
}

// Choices that the index and year do not have are replaced by those that they have.
function settle() {
  const year = yearOf();
  if (!Object.hasOwn(year.series, state.series)) {
    state.series = indexOf().top in year.series ? indexOf().top : Object.keys(year.series)[0];
  }
  state.provinces = [...new Set(state.provinces)].filter((code) => unitAt(code)).slice(0, MOST);
  if (!setOf().on_map) {
    state.region = "";
    if (state.view === "map") state.view = "table";
  }
  const levels = shownLevels();
  if (levels.length && !levels.includes(state.level)) state.level = levels[0];
  const parts = year.parts;
  for (const name of Object.keys(state.changes)) {
    if (!parts || !parts.series.includes(name)) delete state.changes[name];
  }
  if (!unitAt(state.who)) state.who = state.provinces[0] || "";
}

// Levels of series that the chosen year has scores of, below the overall one.
function shownLevels() {
  const year = yearOf();
  return ["dimension", "criterion"].filter((level) =>
    indexOf().series.some((one) => one.level === level && one.series in year.series),
  );
}

// Another year may be of another set of provinces: each becomes the one that it now belongs to.
function moveYear(year) {
  const before = setOf();
  state.year = year;
  if (setOf() !== before) {
    const carry = (code) => before.successors[code] || "";
    state.provinces = state.provinces.map(carry).filter(Boolean);
    state.who = carry(state.who);
    state.changes = {};
  }
  settle();
}
