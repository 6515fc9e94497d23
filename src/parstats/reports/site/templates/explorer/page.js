// The controls, the table and the sentences of the page.
"use strict";

const form = document.getElementById("choices");

function fillOptions(select, pairs, value) {
  select.replaceChildren(...pairs.map(([key, words]) => new Option(words, key)));
  select.value = value;
}

function announce(words) {
  document.getElementById("message").textContent = words;
}

function toggle(code) {
  const at = state.provinces.indexOf(code);
  if (at < 0 && state.provinces.length >= MOST) {
    announce(say("too_many", { n: MOST }));
    return;
  }
  if (at < 0) state.provinces.push(code);
  else state.provinces.splice(at, 1);
  announce("");
  update();
}

function addNamed() {
  const input = form.elements.add;
  const asked = searchKey(input.value);
  if (!asked) return;
  const units = setOf().order[state.lang].map((at) => setOf().units[at]);
  const matches = (test) => units.filter((unit) => unit.keys.some(test));
  let fits = matches((key) => key === asked);
  if (fits.length !== 1) fits = matches((key) => key.startsWith(asked));
  if (fits.length !== 1) {
    const names = fits.map((unit) => unit.names[state.lang]).join(", ");
    announce(say(fits.length ? "several" : "not_known", { name: input.value, names }));
    return;
  }
  input.value = "";
  announce("");
  if (!state.provinces.includes(fits[0].code)) toggle(fits[0].code);
}

// Groups of a menu: the overall score, then each dimension with what lies under it.
function seriesMenu() {
  const year = yearOf();
  const select = form.elements.series;
  select.replaceChildren();
  const all = indexOf().series.filter((one) => one.series in year.series);
  const option = (one) => new Option(one.names[state.lang], one.series);
  for (const one of all) {
    const under = all.filter((other) => year.series[other.series].parent === one.series);
    if (one.level === "index") select.prepend(option(one));
    else if (under.length) {
      const group = document.createElement("optgroup");
      group.label = one.names[state.lang];
      group.append(option(one), ...under.map(option));
      select.append(group);
    } else if (!all.some((o) => o.level !== "index" && o.series === year.series[one.series].parent)) {
      select.append(option(one));
    }
  }
  select.value = state.series;
}

function showControls() {
  const index = indexOf();
  fillOptions(form.elements.index, PAGE.data.indices.map((one) => [one.slug, one.index]), state.index);
  const slider = form.elements.year;
  slider.max = index.years.length - 1;
  slider.value = index.years.indexOf(yearOf());
  slider.disabled = index.years.length < 2;
  const when = yearOf().when[state.lang];
  slider.setAttribute("aria-valuetext", when);
  document.getElementById("year-shown").textContent = when;
  seriesMenu();
  fillOptions(
    form.elements.region,
    [["", say("all_regions")], ...Object.entries(PAGE.data.regions).map(([c, n]) => [c, n[state.lang]])],
    state.region,
  );
  form.elements.region.closest("label").hidden = !setOf().on_map;
  const names = document.getElementById("names");
  names.replaceChildren(
    ...setOf().order[state.lang].map((at) => new Option("", setOf().units[at].names[state.lang])),
  );
  const chips = document.getElementById("chips");
  chips.replaceChildren(
    ...state.provinces.map((code, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = unitAt(code).names[state.lang] + " ×";
      button.style.setProperty("--mark", PAGE.colours[place]);
      button.setAttribute("aria-label", say("remove", { name: unitAt(code).names[state.lang] }));
      button.onclick = () => {
        toggle(code);
        // The button pressed is gone: the keyboard goes on from the next one.
        const rest = document.querySelectorAll("#chips button");
        (rest[Math.min(place, rest.length - 1)] || form.elements.add).focus();
      };
      return button;
    }),
  );
  document.getElementById("none").hidden = state.provinces.length > 0;
}

function showTabs() {
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const on = tab.dataset.view === state.view;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    tab.hidden = tab.dataset.view === "map" && !setOf().on_map;
    if (on) document.getElementById("panel").setAttribute("aria-labelledby", tab.id);
  }
  const levels = shownLevels();
  form.elements.level.closest("label").hidden = state.view !== "compare" || levels.length < 2;
  const words = indexOf().terms[state.lang];
  fillOptions(form.elements.level, levels.map((level) => [level, words[level]]), state.level);
  form.elements.measure.closest("label").hidden = state.view !== "history";
  fillOptions(
    form.elements.measure,
    [["rank", say("rank")], ["score", say("score")]],
    state.measure,
  );
}

function showTable() {
  const place = document.getElementById("table");
  place.hidden = state.view !== "table";
  document.getElementById("figure").hidden = state.view === "table";
  if (place.hidden) return;
  const before = yearBefore();
  const rows = tableRows();
  const regions = setOf().on_map;
  const heads = ["choose", "rank", "name", ...(regions ? ["region"] : []), "score"];
  const titles = { choose: say("choose"), rank: say("rank"), name: say("province") };
  Object.assign(titles, { region: say("region"), score: say("score") });
  if (before) {
    heads.push("change");
    titles.change = say("change", { year: before.when[state.lang] });
  }
  const head = place.querySelector("thead tr");
  head.replaceChildren(
    ...heads.map((key) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.className = key;
      cell.textContent = titles[key];
      return cell;
    }),
  );
  place.querySelector("tbody").replaceChildren(...rows.map((row) => tableRow(row, heads)));
}

function tableRow(row, heads) {
  const line = document.createElement("tr");
  const cells = {
    rank: row.rank ?? "–",
    name: row.name,
    region: row.region,
    score: written(row.score),
    change: row.change === null ? "–" : (row.change > 0 ? "+" : "") + written(row.change),
  };
  for (const key of heads) {
    const cell = document.createElement(key === "name" ? "th" : "td");
    if (key === "name") cell.scope = "row";
    cell.className = key;
    if (key === "choose") {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = state.provinces.includes(row.code);
      box.setAttribute("aria-label", row.name);
      box.onchange = () => {
        toggle(row.code);
        const again = document.querySelector(`#table input[data-code="${row.code}"]`);
        if (again) again.focus();
      };
      box.dataset.code = row.code;
      cell.append(box);
    } else cell.textContent = cells[key];
    line.append(cell);
  }
  return line;
}

function titleFields() {
  const series = seriesOf(state.series).names[state.lang];
  return { series, index: indexOf().index, year: yearOf().when[state.lang] };
}

function title() {
  return say(state.series === indexOf().top ? "title_overall" : "table_title", titleFields());
}

// What the view shows of the chosen provinces, in sentences, and how to read it.
function showWords() {
  const column = yearOf().series[state.series];
  const ranked = ranksIn(yearOf(), state.series);
  const fields = titleFields();
  const lines = state.provinces.map((code) => {
    const at = setOf().units.findIndex((unit) => unit.code === code);
    const name = setOf().units[at].names[state.lang];
    const score = column.scores[at];
    const rank = ranked && ranked.ranks[at];
    const key = score === null ? "summary_none" : rank ? "summary" : "summary_unranked";
    const of = ranked ? ranked.n : "";
    return say(key, { what: title(), name, score: written(score), rank, of });
  });
  document.getElementById("summary").replaceChildren(
    ...lines.map((words) => {
      const item = document.createElement("li");
      item.textContent = words;
      return item;
    }),
  );
  const known = column.scores.filter((score) => score !== null).length;
  const of = setOf().units.length;
  const notes = [];
  if (state.view === "compare") {
    const key = known >= yearOf().needed ? "compare_note" : "compare_no_band";
    notes.push(say(key, { n: known, of }));
  } else if (state.view === "history") {
    notes.push(say(state.measure === "rank" ? "history_rank_note" : "history_note"));
  } else {
    if (state.view === "map") notes.push(say("map_note"));
    if (!ranked) notes.push(say("no_rank", { year: fields.year, n: known, of }));
  }
  document.getElementById("note").textContent = notes.join(" ");
  document.getElementById("view-title").textContent = title();
}

function showLanguage() {
  document.documentElement.lang = state.lang;
  document.title = say("title");
  for (const button of document.querySelectorAll("button[data-lang]")) {
    button.setAttribute("aria-pressed", String(button.dataset.lang === state.lang));
  }
  for (const item of document.querySelectorAll("[data-say]")) item.textContent = say(item.dataset.say);
  for (const item of document.querySelectorAll("[data-label]")) {
    item.setAttribute("aria-label", say(item.dataset.label));
  }
  document.querySelector("footer").textContent = PAGE.source[state.lang];
  form.elements.add.placeholder = say("add_hint");
  const section = indexOf().sections[`${state.year}-${state.lang}`];
  document.getElementById("home").href = "index.html#" + section;
}

function keepAddress() {
  try {
    history.replaceState(null, "", toAddress());
  } catch {
    // A page opened from a folder may not be allowed to change its address.
  }
}

async function update() {
  settle();
  showLanguage();
  showControls();
  showTabs();
  showTable();
  showWords();
  showWhatIf(); // keeps what is changed on its scale, so before the address
  keepAddress();
  await draw();
}

function save(name, type, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const fileName = () => [state.series, state.year, state.view].join("-").replaceAll(".", "-");

function csv() {
  const rows = { map: mapRows, compare: () => compareRows().rows, table: tableRows };
  rows.history = () => historyRows().rows;
  const left_out = ["label", "n_lines", "row", "column", "share", "is_chosen", "is_faded"];
  const out = state.view === "map" || state.view === "table" ? [...left_out, "is_island"] : ["segment"];
  const table = rows[state.view]().filter((row) => !row.is_island);
  const names = [...new Set(table.flatMap(Object.keys))].filter((name) => !out.includes(name));
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };
  const about = { index: indexOf().index, shown_series: state.series, shown_year: state.year };
  const keys = Object.keys(about);
  const number = (value) => (typeof value === "number" ? same(value) : value);
  const source = PAGE.sources[indexOf().index][state.lang];
  const lines = table.map((row) => [
    ...keys.map((key) => about[key]),
    ...names.map((name) => number(row[name])),
    source,
  ]);
  // With the mark of byte order, without which Excel takes the letters for another encoding.
  return "\ufeff" + [[...keys, ...names, "source"], ...lines].map((l) => l.map(cell).join(",")).join("\r\n") + "\r\n";
}

// A figure that leaves the page takes along what it shows and whose figures these are.
function signed(svg) {
  const drawn = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const [left, top, width, height] = drawn.getAttribute("viewBox").split(" ").map(Number);
  const write = (words, y, size, weight) => {
    const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
    Object.entries({ x: left + 5, y, "font-size": size, "font-weight": weight, fill: "#1f2a30" })
      .forEach(([name, value]) => text.setAttribute(name, value));
    text.setAttribute("font-family", "system-ui, 'Segoe UI', Roboto, Arial, sans-serif");
    text.textContent = words;
    drawn.append(text);
  };
  // A letter of 11 pixels is about 6 wide.
  const most = Math.floor((width - 10) / 6.2);
  const lines = [""];
  for (const word of PAGE.sources[indexOf().index][state.lang].split(" ")) {
    const last = lines.length - 1;
    if ((lines[last] + " " + word).length <= most) lines[last] = (lines[last] + " " + word).trim();
    else lines.push(word);
  }
  const head = 26;
  const foot = 10 + 15 * lines.length;
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  Object.entries({ x: left, y: top - head, width, height: height + head + foot, fill: "white" })
    .forEach(([name, value]) => ground.setAttribute(name, value));
  drawn.prepend(ground);
  write(title(), top - 8, 14, "bold");
  lines.forEach((line, at) => write(line, top + height + 15 * (at + 1), 11, "normal"));
  drawn.setAttribute("viewBox", [left, top - head, width, height + head + foot].join(" "));
  drawn.setAttribute("height", height + head + foot);
  return new XMLSerializer().serializeToString(drawn);
}

function listen() {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.index.onchange = (event) => {
    state.index = event.target.value;
    const years = indexOf().years;
    const before = setOfYear;
    state.year = (years.find((one) => one.year === state.year) || years[years.length - 1]).year;
    state.changes = {};
    carryOver(before);
    update();
  };
  form.elements.year.oninput = (event) => {
    moveYear(indexOf().years[Number(event.target.value)].year);
    setOfYear = yearOf().set;
    update();
  };
  for (const name of ["series", "region", "level", "measure"]) {
    form.elements[name].onchange = (event) => {
      state[name] = event.target.value;
      update();
    };
  }
  form.elements.add.onchange = addNamed;
  const questions = document.getElementById("what-if");
  questions.addEventListener("submit", (event) => event.preventDefault());
  questions.elements.who.onchange = (event) => {
    state.who = event.target.value;
    update();
  };
  questions.elements.part.onchange = (event) => {
    if (!event.target.value) return;
    state.changes[event.target.value] = 0;
    const id = "change-" + event.target.value;
    update();
    document.getElementById(id)?.focus();
  };
  document.getElementById("reset").onclick = () => {
    state.changes = {};
    update();
  };
  const tabs = [...document.querySelectorAll("[role=tab]")];
  for (const tab of tabs) {
    tab.onclick = () => {
      state.view = tab.dataset.view;
      update();
    };
    tab.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const open = tabs.filter((other) => !other.hidden);
      const next = open[(open.indexOf(tab) + step + open.length) % open.length];
      next.click();
      next.focus();
    };
  }
  for (const button of document.querySelectorAll("button[data-lang]")) {
    button.onclick = () => {
      state.lang = button.dataset.lang;
      update();
    };
  }
  document.getElementById("csv").onclick = () => save(fileName() + ".csv", "text/csv", csv());
  document.getElementById("svg").onclick = async () => {
    if (view) save(fileName() + ".svg", "image/svg+xml", signed(await view.toSVG()));
  };
  document.getElementById("link").onclick = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      announce(say("link_copied"));
    } catch {
      announce(say("link_by_hand"));
    }
  };
  addEventListener("hashchange", () => {
    if (location.hash === toAddress()) return;
    fromAddress(location.hash);
    setOfYear = yearOf().set;
    update();
  });
}

// The set of units that the chosen codes are of; another index may be of another one.
let setOfYear = null;

function carryOver(before) {
  const now = yearOf().set;
  if (before !== now) {
    const from = PAGE.data.sets[before];
    state.provinces = state.provinces.map((code) => from.successors[code] || "").filter(Boolean);
    state.who = "";
  }
  setOfYear = now;
}

fromAddress(location.hash);
setOfYear = yearOf().set;
listen();
update();
