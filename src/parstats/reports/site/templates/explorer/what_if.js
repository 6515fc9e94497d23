// The rank of a province with other scores in some parts: arithmetic, the others unchanged.
"use strict";

const same = (value) => Math.round(value * 1e9) / 1e9;

function whatIf(year, code, changes) {
  const parts = year.parts;
  const units = PAGE.data.sets[year.set].units;
  const row = parts ? parts.units.findIndex((at) => units[at].code === code) : -1;
  if (row < 0) return null;
  const score = parts.totals[row];
  let gain = 0;
  for (const [name, points] of Object.entries(changes)) {
    gain += parts.weights[parts.series.indexOf(name)] * points;
  }
  const newScore = same(score + gain);
  const others = parts.totals.map((total, at) => ({ total, at })).filter(({ at }) => at !== row);
  const above = (limit) => 1 + others.filter(({ total }) => total > limit).length;
  const [low, high] = newScore > score ? [score, newScore] : [newScore, score];
  const passed = others
    .filter(({ total }) => total > low && total <= high)
    .sort((a, b) => b.total - a.total)
    .map(({ at }) => units[parts.units[at]]);
  const rank = above(score);
  return { score, newScore, rank, newRank: above(newScore), n: parts.totals.length, passed };
}

// How far a part may go from a province's score: to the ends of its scale.
function room(year, name, code) {
  const at = year.parts.series.indexOf(name);
  const unit = PAGE.data.sets[year.set].units.findIndex((one) => one.code === code);
  const score = year.series[name].scores[unit];
  const [low, high] = [year.parts.low[at], year.parts.high[at]];
  // Rounded towards zero, so that the last step stays on the scale.
  const down = low === null ? -10 : Math.ceil((low - score) * 100) / 100;
  const up = high === null ? 10 : Math.floor((high - score) * 100) / 100;
  return { score, low, high, down: Math.min(down, 0), up: Math.max(up, 0) };
}

function showWhatIf() {
  const form = document.getElementById("what-if");
  const result = document.getElementById("what-if-result");
  const year = yearOf();
  fillOptions(
    form.elements.who,
    [["", say("choose")], ...setOf().order[state.lang].map((at) => {
      const unit = setOf().units[at];
      return [unit.code, unit.names[state.lang]];
    })],
    state.who,
  );
  const left = year.parts ? year.parts.series.filter((name) => !(name in state.changes)) : [];
  fillOptions(
    form.elements.part,
    [["", say("what_if_choose")], ...left.map((name) => [name, seriesOf(name).names[state.lang]])],
    "",
  );
  const complete = year.parts && whatIf(year, state.who, {});
  form.elements.part.disabled = !complete;
  showSliders(year, Boolean(complete));
  delete result.dataset.newRank;
  if (!year.parts) result.textContent = say("what_if_none");
  else if (!state.who) result.textContent = say("what_if_nothing");
  else if (!complete) {
    result.textContent = say("what_if_incomplete", { name: unitAt(state.who).names[state.lang] });
  } else if (!Object.keys(state.changes).length) result.textContent = say("what_if_choose") + ".";
  else showResult(year);
}

function showResult(year) {
  const answer = whatIf(year, state.who, state.changes);
  const parts = [
    say("what_if_result", {
      name: unitAt(state.who).names[state.lang],
      index: indexOf().index,
      score: written(answer.score),
      new_score: written(answer.newScore),
      rank: answer.rank,
      new_rank: answer.newRank,
      of: answer.n,
    }),
  ];
  if (answer.passed.length) {
    const names = answer.passed.map((unit) => unit.names[state.lang]).join(", ");
    parts.push(say(answer.newScore > answer.score ? "what_if_passed" : "what_if_lost", { names }));
  }
  const result = document.getElementById("what-if-result");
  result.textContent = parts.join(" ");
  result.dataset.newRank = answer.newRank;
}

function showSliders(year, complete) {
  const list = document.getElementById("sliders");
  list.replaceChildren();
  if (!complete) return;
  for (const [name, points] of Object.entries(state.changes)) {
    const limits = room(year, name, state.who);
    const bounded = Math.min(Math.max(points, limits.down), limits.up);
    state.changes[name] = bounded;
    const item = document.getElementById("slider").content.cloneNode(true);
    const label = item.querySelector("label");
    const series = seriesOf(name).names[state.lang];
    const input = item.querySelector("input");
    const output = item.querySelector("output");
    label.textContent = say("what_if_by", { name: series, score: written(limits.score) });
    label.htmlFor = input.id = "change-" + name;
    output.htmlFor = input.id;
    Object.assign(input, { min: limits.down, max: limits.up, step: 0.01, value: bounded });
    const show = () => {
      const now = Number(input.value);
      output.textContent = (now > 0 ? "+" : "") + written(now);
      input.setAttribute("aria-valuetext", output.textContent);
    };
    show();
    input.addEventListener("input", () => {
      state.changes[name] = Number(input.value);
      show();
      showResult(year);
      keepAddress();
    });
    const remove = item.querySelector("button");
    remove.textContent = "×";
    remove.setAttribute("aria-label", say("remove", { name: series }));
    remove.addEventListener("click", () => {
      delete state.changes[name];
      update();
      (document.querySelector("#sliders button") || document.getElementById("what-if").elements.part).focus();
    });
    list.append(item);
  }
}
