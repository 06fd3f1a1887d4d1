// Filters, search, links that keep them, and sorting. Without this script the page is complete, only longer.
//
// The rows of the findings stand in the order of `places`, so a row and its facts meet by their number. Everything
// that came from traffic is set as text and never as HTML; Trusted Types hold that line.
(() => {
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const find = (selector, from = document) => [...from.querySelectorAll(selector)];
  const byId = id => document.getElementById(id);
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const number = value => value.toLocaleString("en-US");

  // ------------------------------------------------------------------ theme

  const THEMES = { "": "Theme: auto", light: "Theme: light", dark: "Theme: dark" };
  const themeButton = byId("theme");
  const showTheme = theme => {
    document.documentElement.dataset.theme = theme;
    themeButton.textContent = THEMES[theme];
  };
  const stored = (work, otherwise) => {
    try {
      return work(window.localStorage);
    } catch {
      return otherwise; // a browser may refuse a page from a file its storage
    }
  };
  const remembered = stored(storage => storage.getItem("taciturn-theme"), "");
  showTheme(Object.hasOwn(THEMES, remembered) ? remembered : "");
  themeButton.hidden = false;
  themeButton.addEventListener("click", () => {
    const names = Object.keys(THEMES);
    const next = names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length];
    showTheme(next);
    stored(storage => storage.setItem("taciturn-theme", next));
  });

  // ------------------------------------------------------------------ the page opened up: details and printing

  const receivers = find("details.receiver");
  const closedForPrint = [];
  addEventListener("beforeprint", () => {
    for (const receiver of receivers) {
      if (!receiver.open) {
        closedForPrint.push(receiver);
        receiver.open = true;
      }
    }
  });
  addEventListener("afterprint", () => {
    for (const receiver of closedForPrint.splice(0)) receiver.open = false;
  });

  if (!receivers.length) return;

  // ------------------------------------------------------------------ the rows

  const rows = find("#receivers tbody > tr:not(.head)");
  const blocks = find("#receivers tbody");
  const blockOf = new Map(blocks.map((block, at) => [block, at]));
  const blockOfPlace = rows.map(row => blockOf.get(row.parentElement));
  const cells = rows.map(row => row.lastElementChild);
  const tallies = receivers.map(receiver => receiver.querySelector(".tally b"));
  const matrix = find("#matrix tbody > tr").map(row => ({ row, cells: find("td", row).map(cell => cell.firstElementChild) }));
  const textsOf = places => places.map((place, at) => {
    const pages = new Set(place.sent.map(message => facts.pages[facts.sent[message][2]]));
    const heads = [...[...receivers[place.receiver].children].slice(0, 2), blocks[blockOfPlace[at]].firstElementChild];
    return [...[...heads, rows[at]].map(element => element.textContent), ...pages].join(" ");
  });
  const { places, sent, facets: FACETS, state, count, filtered } = filtersOf(facts, textsOf);

  // ------------------------------------------------------------------ showing

  const status = byId("shown");
  const apply = () => {
    const found = count();
    const open = new Set();
    let visible = 0;
    rows.forEach((row, at) => {
      const number = found.places[at];
      row.hidden = !number;
      if (!number) return;
      visible++;
      open.add(blockOfPlace[at]);
      showPlace(at, found.shown[at]);
    });
    blocks.forEach((block, at) => (block.hidden = !open.has(at)));
    const few = filtered() && visible <= 60;
    let receiversShown = 0;
    receivers.forEach((receiver, at) => {
      receiver.hidden = !found.receivers[at];
      if (receiver.hidden) return;
      receiversShown++;
      if (few) receiver.open = true;
      tallies[at].textContent = number(found.receivers[at]);
    });
    showMatrix(found);
    showOptions(found);
    const all = filtered() ? ` of ${number(sent.length)}` : "";
    const every = filtered() ? ` of ${number(places.length)}` : "";
    status.textContent = visible
      ? `${number(found.messages)}${all} ${sent.length === 1 ? "message" : "messages"}, ` +
        `${number(visible)}${every} ${places.length === 1 ? "place" : "places"}, ` +
        `${number(receiversShown)} ${receiversShown === 1 ? "receiver" : "receivers"}`
      : "Nothing fits these filters.";
  };

  const shownBefore = places.map(place => place.sent.length);
  const showPlace = (at, messages) => {
    if (shownBefore[at] === messages.length && !cells[at].dataset.all) return;
    shownBefore[at] = messages.length;
    const [total, names] = cells[at].children;
    total.textContent = number(messages.length);
    const most = cells[at].dataset.all ? messages.length : facts.named;
    names.textContent = messages.slice(0, most).map(message => sent[message].name).join(" ");
    addMore(at, messages.length - most);
  };

  const addMore = (at, rest) => {
    const cell = cells[at];
    let button = cell.querySelector("button");
    if (rest <= 0 && !cell.dataset.all) return button?.remove();
    if (!button) {
      button = make("button", { type: "button", className: "more" });
      button.addEventListener("click", () => {
        if (cell.dataset.all) delete cell.dataset.all;
        else cell.dataset.all = "yes";
        shownBefore[at] = -1;
        apply();
        cell.querySelector("button")?.focus();
      });
      cell.append(button);
    }
    button.textContent = cell.dataset.all ? "fewer" : `+ ${number(rest)} more`;
  };

  const showMatrix = found => {
    const ofReceiver = FACETS.filter(({ key, chosen }) => chosen.size && (key === "receiver" || key === "category"));
    matrix.forEach(({ row, cells }, at) => {
      const told = at < receivers.length;
      row.hidden = ofReceiver.length > 0 && !(told && found.receivers[at]);
      if (!told) return;
      cells.forEach((cell, column) => {
        if (!cell || cell.tagName !== "A") return;
        const index = at * found.columns + column; // the first is of all pages
        const worst = SEVERITIES[found.worst[index]];
        const number = found.cells[index];
        const mark = cell.querySelector(".sev");
        if (mark) {
          mark.className = `sev ${number ? worst : ""}`;
          mark.firstElementChild.textContent = number ? worst : "";
        }
        cell.querySelector("b").textContent = number.toLocaleString("en-US");
        cell.classList.toggle("zero", !number);
      });
    });
  };

  // ------------------------------------------------------------------ the controls

  const form = byId("filters");
  const search = make("input", { type: "search", id: "q", autocomplete: "off", spellcheck: false });
  search.placeholder = "receiver, rule, field, page …";
  const facetBar = make("div", { className: "facets" });
  const chips = make("ul", { className: "chips" });
  chips.setAttribute("aria-label", "Filters in force");
  const counters = []; // per facet, per option: { label, box, count }

  const onlyNew = make("input", { type: "checkbox", id: "only-new" });
  const newCount = make("span", { className: "n" });
  const hasNew = places.some(place => place.fresh);

  const makeFacet = (given, at) => {
    const summary = make("summary", {}, given.name);
    const menu = make("fieldset", { className: "menu" }, make("legend", { className: "sr" }, given.name));
    const details = make("details", { className: "facet" }, summary, menu);
    details.dataset.key = given.key;
    counters[at] = given.options.map((_, option) => {
      const box = make("input", { type: "checkbox" });
      const counted = make("span", { className: "n" });
      const plain = given.key === "data" ? facts.plain[option] : "";
      const words = make("span", {}, given.words[option]);
      if (plain) words.append(make("small", {}, plain));
      const label = make("label", {}, box, words, counted);
      box.addEventListener("change", () => {
        if (box.checked) given.chosen.add(option);
        else given.chosen.delete(option);
        changed();
      });
      menu.append(label);
      return { label, box, counted };
    });
    details.addEventListener("toggle", () => {
      if (details.open) closeMenus(details);
    });
    details.addEventListener("keydown", event => {
      if (event.key !== "Escape" || !details.open) return;
      details.open = false;
      summary.focus();
    });
    details.addEventListener("focusout", event => {
      if (event.relatedTarget && !details.contains(event.relatedTarget)) details.open = false;
    });
    return details;
  };
  const closeMenus = but => {
    for (const other of find("details.facet[open]", facetBar)) if (other !== but) other.open = false;
  };
  document.addEventListener("click", event => closeMenus(event.target.closest?.("details.facet")));

  const sorts = { severity: "worst first", messages: "most messages first", name: "by name" };
  const sort = make("select", { id: "sort" });
  for (const [value, words] of Object.entries(sorts)) sort.append(make("option", { value }, words));
  const tool = (words, work) => {
    const button = make("button", { type: "button" }, words);
    button.addEventListener("click", work);
    return button;
  };
  const setAll = open => receivers.forEach(receiver => (receiver.open = open));
  const clear = tool("Clear all filters", () => {
    restore(new URLSearchParams());
    changed();
    search.focus();
  });
  clear.className = "clear";

  const showOptions = found => {
    FACETS.forEach((given, at) => {
      counters[at].forEach(({ label, box, counted }, option) => {
        const amount = found.options[at][option];
        box.checked = given.chosen.has(option);
        label.classList.toggle("zero", !amount);
        label.hidden = !amount && !box.checked && given.options.length > 12;
        counted.textContent = number(amount);
      });
      facetBar.children[at].classList.toggle("on", given.chosen.size > 0);
      if (given.chosen.size) facetBar.children[at].hidden = false;
    });
    newCount.textContent = number(found.fresh);
    onlyNew.checked = state.onlyNew;
    chips.replaceChildren(...FACETS.flatMap(given => [...given.chosen].map(option => chip(given, option))));
    clear.hidden = !filtered();
  };
  const chip = (given, option) => {
    const words = `${given.name}: ${given.words[option]}`;
    const button = make("button", { type: "button" }, words);
    button.setAttribute("aria-label", `Remove the filter ${words}`);
    button.addEventListener("click", () => {
      given.chosen.delete(option);
      changed();
      (chips.querySelector("button") ?? search).focus();
    });
    return make("li", {}, button);
  };

  facetBar.append(...FACETS.map(makeFacet));
  const whole = count();
  // A choice of one is none, unless a link makes it.
  FACETS.forEach((_, at) => (facetBar.children[at].hidden = whole.options[at].filter(Boolean).length < 2));
  form.append(
    make("div", { className: "line" },
      make("label", { htmlFor: "q", className: "search" }, make("span", {}, "Search"), search),
      make("label", { htmlFor: "sort", className: "sort" }, make("span", {}, "Order"), sort),
      make("div", { className: "tools" }, tool("Open all", () => setAll(true)), tool("Close all", () => setAll(false))),
    ),
    facetBar,
    make("div", { className: "line chosen" }, chips, clear),
  );
  if (hasNew) facetBar.append(make("label", { className: "only-new" }, onlyNew, make("span", {}, "New only"), newCount));
  form.addEventListener("submit", event => event.preventDefault());
  search.addEventListener("input", () => {
    state.text = search.value;
    changed();
  });
  onlyNew.addEventListener("change", () => {
    state.onlyNew = onlyNew.checked;
    changed();
  });
  sort.addEventListener("change", () => {
    state.sort = sort.value;
    order();
    remember();
  });

  // ------------------------------------------------------------------ order

  const list = byId("receivers");
  const original = [...receivers];
  const totals = facts.receivers.map((_, at) => Number(tallies[at].textContent.replaceAll(",", "")));
  let ordered = "severity";
  const order = () => {
    if (ordered === state.sort) return;
    ordered = state.sort;
    const index = new Map(original.map((receiver, at) => [receiver, at]));
    const compare = {
      severity: (a, b) => a - b,
      messages: (a, b) => totals[b] - totals[a] || a - b,
      name: (a, b) => facts.receivers[a][0].localeCompare(facts.receivers[b][0], "en") || a - b,
    }[state.sort];
    list.append(...[...original].sort((a, b) => compare(index.get(a), index.get(b))));
    const body = matrix[0]?.row.parentElement;
    if (!body) return;
    const told = matrix.slice(0, receivers.length);
    const sorted = told.map((_, at) => at).sort(compare).map(at => told[at].row);
    body.append(...sorted, ...matrix.slice(receivers.length).map(({ row }) => row));
  };

  // ------------------------------------------------------------------ links that keep the state

  const remember = () => {
    const link = new URLSearchParams();
    if (state.text.trim()) link.set("q", state.text.trim());
    for (const given of FACETS) for (const option of given.chosen) link.append(given.key, given.options[option]);
    if (state.onlyNew) link.set("new", "1");
    if (state.sort !== "severity") link.set("sort", state.sort);
    const text = link.toString();
    if (text || location.hash.includes("=")) history.replaceState(null, "", `#${text || "findings"}`);
  };
  const restore = link => {
    state.text = link.get("q") ?? "";
    state.onlyNew = hasNew && link.get("new") === "1";
    state.sort = Object.hasOwn(sorts, link.get("sort")) ? link.get("sort") : "severity";
    for (const given of FACETS) {
      given.chosen.clear();
      for (const value of link.getAll(given.key)) {
        const option = given.options.indexOf(value);
        if (option >= 0) given.chosen.add(option);
      }
    }
    search.value = state.text;
    sort.value = state.sort;
  };
  const changed = () => {
    apply();
    remember();
  };
  const follow = () => {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) {
      const target = byId(hash);
      if (target?.matches?.("details")) target.open = true;
      return false;
    }
    restore(new URLSearchParams(hash));
    order();
    apply();
    return true;
  };
  const goToFindings = () => {
    byId("findings").scrollIntoView();
    byId("findings").focus({ preventScroll: true });
  };
  addEventListener("hashchange", () => {
    const filteredBefore = filtered();
    if (follow() && (filtered() || filteredBefore)) goToFindings();
  });

  form.hidden = status.hidden = false;
  places.forEach((place, at) => {
    if (place.sent.length > facts.named) shownBefore[at] = -1;
  });
  if (!follow()) apply();
  if (filtered()) goToFindings();
})();
