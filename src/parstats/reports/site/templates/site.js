(() => {
  "use strict";
  const root = document.documentElement;
  const sections = [...document.querySelectorAll("section")];
  const matrices = [...document.querySelectorAll(".matrix")];
  const form = document.querySelector(".tools");
  if (!form) {
    switchLanguage();
    return;
  }
  const { index, year, search } = form.elements;
  // Rows in the order of the page: what a sort leaves equal stays in it.
  const written = new Map(sections.map((part) => [part, [...part.querySelectorAll("tbody tr")]]));
  const shown = () => sections.find((part) => part.classList.contains("on"));

  // The same as search_key in site.py.
  function key(text) {
    const bare = text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
    return bare.replace(/đ/g, "d").replace(/[^a-z0-9]+/g, " ").trim();
  }

  function filter() {
    const asked = key(search.value);
    const part = shown();
    let count = 0;
    for (const row of written.get(part)) {
      const known = row.dataset.search;
      const fits = !asked || known.includes("|" + asked) || known.includes(" " + asked);
      row.hidden = !fits;
      count += fits;
      tile(part, row)?.classList.toggle("off", !fits);
    }
    for (const absent of part.querySelectorAll(".tile.absent")) {
      absent.classList.toggle("off", asked !== "");
    }
    for (const row of document.querySelectorAll(".matrix.on tbody tr[data-code]")) {
      row.hidden = asked !== "" && !fitting(part, row);
    }
    part.querySelector(".no-match").hidden = count > 0;
    keepAddress();
    form.querySelector(".shown").textContent = count + "/" + written.get(part).length;
  }

  // A row of the years belongs to what the table of the shown year found: one of the 63 provinces
  // in a table of the 34 has the keys of its own.
  function fitting(part, row) {
    const asked = key(search.value);
    const known = row.dataset.search;
    return known.includes("|" + asked) || known.includes(" " + asked);
  }

  function tile(part, row) {
    return part.querySelector('.tile[data-code="' + row.dataset.code + '"]');
  }

  function show(part) {
    for (const other of sections) other.classList.toggle("on", other === part);
    for (const matrix of matrices) {
      matrix.classList.toggle("on", matrix.dataset.index === part.dataset.index);
    }
    if (index) index.value = part.dataset.index;
    if (year) {
      year.value = part.dataset.year;
      for (const option of year.options) {
        option.disabled = !sections.some(
          (own) => own.dataset.index === part.dataset.index && own.dataset.year === option.value,
        );
      }
    }
    filter();
    for (const wide of document.querySelectorAll(".matrix.on .wide")) {
      wide.scrollLeft = wide.scrollWidth; // the newest years
    }
  }

  // The section of an index and year in the language of the page, else in another one; the
  // newest year of the index if it has no such year.
  function choose(name, when) {
    const own = sections.filter((part) => part.dataset.index === name);
    const same = own.filter((part) => part.dataset.year === when);
    const fits = same.length ? same : own.filter((p) => p.dataset.year === own[0].dataset.year);
    show(fits.find((part) => part.dataset.lang === root.lang) || fits[0]);
  }

  // The address holds what is shown, searched and sorted by; pages lead back to it.
  function keepAddress() {
    const part = shown();
    const header = part.querySelector('th[aria-sort$="scending"]');
    const order = header.querySelector("button").dataset.key + "-" + header.getAttribute("aria-sort");
    const asked = search.value.trim();
    const more = [
      ...(asked ? ["q=" + encodeURIComponent(asked)] : []),
      ...(order === part.dataset.order ? [] : ["o=" + order]),
    ];
    const address = "#" + [part.id, ...more].join("&");
    try {
      history.replaceState(null, "", address);
      sessionStorage.setItem("parstats-front", address);
    } catch {
      // A page opened from a folder may not be allowed to change its address, or have no storage.
    }
  }

  function switchLanguage(lang = root.lang) {
    root.lang = lang;
    for (const button of document.querySelectorAll("button[data-lang]")) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
      button.onclick = () => {
        switchLanguage(button.dataset.lang);
        if (form) choose(shown().dataset.index, shown().dataset.year);
      };
    }
    for (const item of document.querySelectorAll("[data-vi]")) {
      const text = item.dataset[lang];
      if (item.localName === "title") item.textContent = text;
      else item.setAttribute(item.localName === "input" ? "placeholder" : "aria-label", text);
    }
    for (const option of document.querySelectorAll("option[data-words-vi]")) {
      option.textContent = lang === "vi" ? option.dataset.wordsVi : option.dataset.wordsEn;
    }
    for (const part of sections) sort(part);
  }

  // Sort a table as the aria-sort of its headers says; what has no value stays last.
  function sort(part) {
    const header = part.querySelector('th[aria-sort$="scending"]');
    const column = header.querySelector("button").dataset.key;
    const name = column === "name" ? (root.lang === "vi" ? "nameVi" : "nameEn") : column;
    const sign = header.getAttribute("aria-sort") === "ascending" ? 1 : -1;
    const value = (row) => (row.dataset[name] === "" ? null : Number(row.dataset[name]));
    const rows = [...written.get(part)].sort((one, other) => {
      const [a, b] = [value(one), value(other)];
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * (a - b);
    });
    part.querySelector("tbody").append(...rows);
  }

  function sortBy(button) {
    const header = button.closest("th");
    const now = header.getAttribute("aria-sort");
    const first = button.dataset.key === "score" ? "descending" : "ascending";
    const turned = now === "ascending" ? "descending" : "ascending";
    for (const other of header.parentElement.children) other.setAttribute("aria-sort", "none");
    header.setAttribute("aria-sort", now === "none" ? first : turned);
    sort(button.closest("section"));
    keepAddress();
  }

  // The explorer has years that a release may not have: its language and index are kept.
  function nearest(id) {
    const [lang] = id.split("-").slice(-1);
    const own = sections.filter((part) => part.dataset.lang === lang);
    const slug = (part) => part.id.slice(0, -`-${part.dataset.year}-${lang}`.length);
    return own.find((part) => id.startsWith(slug(part) + "-")) || own[0];
  }

  function fromAddress() {
    const [id, ...more] = location.hash.slice(1).split("&");
    const part = sections.find((own) => own.id === id) || nearest(id);
    if (!part) return false;
    const asked = new URLSearchParams(more.join("&"));
    search.value = asked.get("q") || "";
    const [by, way] = (asked.get("o") || part.dataset.order).split("-");
    const button = part.querySelector(`thead button[data-key="${CSS.escape(by)}"]`);
    if (button && ["ascending", "descending"].includes(way)) {
      for (const other of part.querySelectorAll("thead th")) other.setAttribute("aria-sort", "none");
      button.closest("th").setAttribute("aria-sort", way);
    }
    switchLanguage(part.dataset.lang);
    show(part);
    return true;
  }

  for (const part of sections) {
    for (const button of part.querySelectorAll("thead button")) {
      button.onclick = () => sortBy(button);
    }
    const light = (on) => (event) => {
      const row = event.target.closest("tbody tr");
      if (row) tile(part, row)?.classList.toggle("lit", on);
    };
    part.querySelector("table").addEventListener("mouseover", light(true));
    part.querySelector("table").addEventListener("mouseout", light(false));
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", filter);
  for (const select of form.querySelectorAll("select")) {
    select.addEventListener("change", () => {
      choose(index ? index.value : shown().dataset.index, year ? year.value : shown().dataset.year);
    });
  }
  addEventListener("hashchange", fromAddress);
  if (!fromAddress()) {
    switchLanguage();
    show(shown());
  }
})();
