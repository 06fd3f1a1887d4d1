// Filters, search, links that keep them, and sorting. Without this script the page is complete, only longer.
//
// The rows of the findings stand in the order of `places`, so a row and its facts meet by their number. Everything
// that came from traffic is set as text and never as HTML; Trusted Types hold that line.
"use strict";
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
  const SEVERITIES = ["critical", "high", "medium", "low", "info", ""];

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

  // ------------------------------------------------------------------ what there is to filter

  const places = facts.places.map(([receiver, severity, verdict, kind, sent, fresh]) => ({
    receiver, severity, verdict, kind, sent,
    fresh: fresh === 1 ? true : fresh ? new Set(fresh) : false,
  }));
  const sent = facts.sent.map(([name, capture, page, classes]) => ({ name, capture, page, classes }));
  const placesOf = sent.map(() => []);
  places.forEach((place, at) => place.sent.forEach(message => placesOf[message].push(at)));

  const categories = [...new Set(facts.receivers.map(([, category]) => category))].sort();
  const verdicts = Object.keys(facts.verdicts);
  const NO_CLASS = facts.classes.length;
  const receiverIndex = new Map(facts.receivers.map(([, category], at) => [at, categories.indexOf(category)]));

  // A facet: what it is called in links and on the page, its options, and which of them a place or a message has.
  const facet = (key, name, options, { ofPlace, ofMessage, words = options }) =>
    ({ key, name, options, words, ofPlace, ofMessage, chosen: new Set(), allowed: null });
  const FACETS = [
    facet("severity", "Severity", SEVERITIES.map(word => word || "none"), {
      ofPlace: place => [SEVERITIES.indexOf(place.severity)],
      words: SEVERITIES.map(word => word || "no severity"),
    }),
    facet("verdict", "Verdict", verdicts, {
      ofPlace: place => [verdicts.indexOf(place.verdict)],
      words: verdicts.map(word => facts.verdicts[word]),
    }),
    facet("category", "Category", categories, { ofPlace: place => [receiverIndex.get(place.receiver)] }),
    facet("receiver", "Receiver", facts.receivers.map(([name]) => name), { ofPlace: place => [place.receiver] }),
    facet("data", "Data", facts.kinds, { ofPlace: place => [place.kind] }),
    facet("page", "Page", facts.pages, { ofMessage: message => [message.page] }),
    facet("class", "Page class", [...facts.classes, "none"], {
      ofMessage: message => (message.classes.length ? message.classes : [NO_CLASS]),
      words: [...facts.classes, "no page class"],
    }),
    facet("capture", "Capture", facts.captures, { ofMessage: message => [message.capture] }),
  ];
  const placeFacets = FACETS.map((_, at) => at).filter(at => FACETS[at].ofPlace);
  const messageFacets = FACETS.map((_, at) => at).filter(at => FACETS[at].ofMessage);
  const placeOptions = places.map(place => placeFacets.map(at => FACETS[at].ofPlace(place)));
  const messageOptions = sent.map(message => messageFacets.map(at => FACETS[at].ofMessage(message)));
  const TEXT = 1 << FACETS.length;
  const NEW = TEXT << 1;
  const state = { text: "", sort: "severity", onlyNew: false };

  // ------------------------------------------------------------------ the rows

  const rows = find("#receivers tbody > tr:not(.head)");
  const blocks = find("#receivers tbody");
  const blockOf = new Map(blocks.map((block, at) => [block, at]));
  const blockOfPlace = rows.map(row => blockOf.get(row.parentElement));
  const cells = rows.map(row => row.lastElementChild);
  const tallies = receivers.map(receiver => receiver.querySelector(".tally b"));
  const matrix = find("#matrix tbody > tr").map(row => ({ row, cells: find("td", row).map(cell => cell.firstElementChild) }));
  let haystacks = null; // made when somebody searches for the first time

  const hay = () => places.map((place, at) => {
    const pages = new Set(place.sent.map(message => facts.pages[sent[message].page]));
    const heads = [receivers[place.receiver].firstElementChild, blocks[blockOfPlace[at]].firstElementChild];
    const texts = [...heads, rows[at]].map(element => element.textContent);
    return [...texts, ...pages].join(" ").toLowerCase();
  });

  // ------------------------------------------------------------------ counting

  const count = () => {
    const failsPlace = new Int32Array(places.length);
    const failsMessage = new Int32Array(sent.length);
    for (const [failing, facets, options] of [
      [failsPlace, placeFacets, placeOptions],
      [failsMessage, messageFacets, messageOptions],
    ]) {
      facets.forEach((at, column) => {
        const { chosen } = FACETS[at];
        if (!chosen.size) return;
        for (let i = 0; i < failing.length; i++)
          if (!options[i][column].some(option => chosen.has(option))) failing[i] |= 1 << at;
      });
    }
    const wanted = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    if (wanted.length) {
      haystacks ??= hay();
      for (let i = 0; i < failsPlace.length; i++)
        if (!wanted.every(word => haystacks[i].includes(word))) failsPlace[i] |= TEXT;
    }
    return tally(failsPlace, failsMessage);
  };

  // Counts messages, each once for whatever it is counted for. An option of a facet counts what it would show if it
  // were chosen as well: all that passes every other facet.
  const tally = (failsPlace, failsMessage) => {
    const columns = facts.pages.length + 1;
    const found = {
      messages: 0, fresh: 0,
      places: new Int32Array(places.length),
      receivers: new Int32Array(receivers.length),
      cells: new Int32Array(receivers.length * columns),
      worst: new Int8Array(receivers.length * columns).fill(SEVERITIES.length - 1),
      options: FACETS.map(({ options }) => new Int32Array(options.length)),
      shown: places.map(() => null),
      columns,
    };
    const seen = { receivers: mark(receivers.length), cells: mark(found.cells.length),
      options: FACETS.map(({ options }) => mark(options.length)) };
    const once = (marks, counts, at, message) => {
      if (marks[at] === message) return;
      marks[at] = message;
      counts[at]++;
    };
    for (let message = 0; message < sent.length; message++) {
      let counted = false, freshCounted = false;
      for (const at of placesOf[message]) {
        const place = places[at];
        const fresh = place.fresh === true || (place.fresh && place.fresh.has(message));
        const fails = failsPlace[at] | failsMessage[message] | (state.onlyNew && !fresh ? NEW : 0);
        if (fresh && !(fails & ~NEW) && !freshCounted) {
          freshCounted = true;
          found.fresh++;
        }
        if (fails & (fails - 1)) continue; // two facets or more leave it out
        const each = (facets, options) => facets.forEach((facet, column) => {
          if (fails && fails !== 1 << facet) return;
          for (const option of options[column]) once(seen.options[facet], found.options[facet], option, message);
        });
        each(placeFacets, placeOptions[at]);
        each(messageFacets, messageOptions[message]);
        if (fails) continue;
        found.places[at]++;
        (found.shown[at] ??= []).push(message);
        const base = place.receiver * columns;
        const rank = SEVERITIES.indexOf(place.severity);
        for (const cell of [base + sent[message].page, base + columns - 1]) {
          once(seen.cells, found.cells, cell, message);
          found.worst[cell] = Math.min(found.worst[cell], rank);
        }
        once(seen.receivers, found.receivers, place.receiver, message);
        counted = true;
      }
      found.messages += counted;
    }
    return found;
  };
  const mark = length => new Int32Array(length).fill(-1);

  // ------------------------------------------------------------------ showing

  const status = byId("shown");
  const filtered = () =>
    Boolean(state.text.trim()) || state.onlyNew || FACETS.some(({ chosen }) => chosen.size > 0);

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
        const index = at * found.columns + column;
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
    // A choice of one is none, unless a link made it.
    details.hidden = new Set([...places.keys()].flatMap(p => optionsOf(given, p))).size < 2;
    return details;
  };
  const optionsOf = (given, at) =>
    given.ofPlace ? given.ofPlace(places[at]) : places[at].sent.flatMap(message => given.ofMessage(sent[message]));
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
  const order = () => {
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
