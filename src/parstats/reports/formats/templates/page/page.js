(() => {
  "use strict";
  const nav = document.querySelector("nav[data-root]");
  const root = nav.dataset.root;
  const words = JSON.parse(nav.dataset.words);
  const [file, lang] = nav.dataset.page.split("/").reverse();
  const folder = nav.dataset.page.slice(0, -file.length - 1);

  // Back to the front page as it was left: with its search and order.
  try {
    const left = sessionStorage.getItem("parstats-front");
    const home = nav.querySelector("a");
    // In the other language or of another year its search and order still hold.
    if (left) home.hash = [home.hash.slice(1), ...left.split("&").slice(1)].join("&");
  } catch {
    // A page opened from a folder may have no storage.
  }

  const script = document.createElement("script");
  script.src = root + "pages.js";
  script.onload = () => neighbours(window.parstatsPages);
  document.head.append(script);
  contents();
  saved();
  scrolled();
  addEventListener("resize", scrolled);
  for (const data of document.querySelectorAll(".ps-data")) data.addEventListener("toggle", scrolled);

  // What is wider than the screen scrolls by keyboard too.
  function scrolled() {
    for (const box of document.querySelectorAll("figure, pre, .ps-html, .ps-html > div")) {
      const wide = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
      if (wide) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  // Each figure as a file of its own.
  function saved() {
    for (const place of document.querySelectorAll(".ps-save")) {
      const svg = place.previousElementSibling?.querySelector("svg");
      if (!svg) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words.svg;
      button.onclick = () => {
        const file = new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
        const anchor = document.createElement("a");
        anchor.href = URL.createObjectURL(file);
        anchor.download = place.dataset.file + ".svg";
        anchor.click();
        setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
      };
      place.append(button);
    }
  }

  function link(name, address, label, rel) {
    const anchor = document.createElement("a");
    anchor.textContent = name;
    anchor.href = root + address;
    if (label) anchor.setAttribute("aria-label", label);
    if (rel) anchor.rel = rel;
    return anchor;
  }

  function menu(label, options) {
    const box = document.createElement("label");
    const select = document.createElement("select");
    for (const [name, address, chosen] of options) {
      select.append(new Option(name, address, chosen, chosen));
    }
    select.onchange = () => location.assign(root + select.value);
    box.append(label + " ", select);
    return box;
  }

  function neighbours(groups) {
    const here = groups.find((group) => group.folder === folder);
    if (!here) return;
    const has = (group) => group.pages.some((page) => page[0] === file + ".html");
    const address = (group) => group.folder + "/" + file + ".html";
    const added = [];
    const of = here.pages.filter((page) => page[2]);
    const at = of.findIndex((page) => page[0] === file + ".html");
    if (at > 0) {
      added.push(link("‹ " + of[at - 1][1], folder + "/" + of[at - 1][0], words.previous, "prev"));
    }
    if (at >= 0 && at < of.length - 1) {
      added.push(link(of[at + 1][1] + " ›", folder + "/" + of[at + 1][0], words.next, "next"));
    }
    const years = groups.filter((g) => g.slug === here.slug && g.lang === lang && has(g));
    if (years.length > 1) {
      added.push(menu(words.year, years.map((g) => [g.when, address(g), g === here])));
    }
    // Of another index the same year, or else the newest.
    const newest = new Map();
    for (const group of groups.filter((g) => g.lang === lang && has(g))) {
      const best = newest.get(group.index);
      if (!best || group.year === here.year || (best.year !== here.year && group.year > best.year)) {
        newest.set(group.index, group);
      }
    }
    if (newest.size > 1) {
      const options = [...newest.values()].map((g) => [g.index, address(g), g.index === here.index]);
      added.push(menu(words.index, options));
    }
    const other = groups.find(
      (g) => g.slug === here.slug && g.year === here.year && g.lang !== lang && has(g),
    );
    if (other) {
      const anchor = link(other.lang === "en" ? "English" : "Tiếng Việt", address(other));
      anchor.lang = anchor.hreflang = other.lang;
      added.push(anchor);
    }
    nav.append(...added);
  }

  function contents() {
    const heads = [...document.querySelectorAll("main h2")];
    if (heads.length < 3) return;
    const box = document.createElement("details");
    const title = document.createElement("summary");
    title.textContent = words.contents;
    const list = document.createElement("ol");
    heads.forEach((head, number) => {
      head.id ||= "s" + (number + 1);
      const item = document.createElement("li");
      const anchor = document.createElement("a");
      anchor.href = "#" + head.id;
      anchor.textContent = head.textContent.replace("¶", "");
      item.append(anchor);
      list.append(item);
    });
    box.append(title, list);
    nav.append(box);
  }
})();
