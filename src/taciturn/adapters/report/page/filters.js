// What the filters of the page work on, and the counting; nothing here touches the page.
//
// A facet is asked of a place (severity, verdict, receiver, data) or of a message (page, class, capture). A place in a
// message is shown when every facet lets it; what only one facet keeps out is counted for the options of that one, so
// that each option tells how many messages it would show.
"use strict";
const SEVERITIES = ["critical", "high", "medium", "low", "info", ""];

// `textsOf` gives, for every place, the text that the search looks through.
const filtersOf = (facts, textsOf) => {
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
  const categoryOf = new Map(facts.receivers.map(([, category], at) => [at, categories.indexOf(category)]));

  // A facet: what it is called in links and on the page, its options, and which of them a place or a message has.
  const facet = (key, name, options, { ofPlace, ofMessage, words = options }) =>
    ({ key, name, options, words, ofPlace, ofMessage, chosen: new Set() });
  const FACETS = [
    facet("severity", "Severity", SEVERITIES.map(word => word || "none"), {
      ofPlace: place => [SEVERITIES.indexOf(place.severity)],
      words: SEVERITIES.map(word => word || "no severity"),
    }),
    facet("verdict", "Verdict", verdicts, {
      ofPlace: place => [verdicts.indexOf(place.verdict)],
      words: verdicts.map(word => facts.verdicts[word]),
    }),
    facet("category", "Category", categories, { ofPlace: place => [categoryOf.get(place.receiver)] }),
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
  let haystacks = null;

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
      haystacks ??= textsOf(places).map(text => text.toLowerCase()); // when somebody searches for the first time
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
      receivers: new Int32Array(facts.receivers.length),
      cells: new Int32Array(facts.receivers.length * columns),
      worst: new Int8Array(facts.receivers.length * columns).fill(SEVERITIES.length - 1),
      options: FACETS.map(({ options }) => new Int32Array(options.length)),
      shown: places.map(() => null),
      columns,
    };
    const seen = { receivers: mark(facts.receivers.length), cells: mark(found.cells.length),
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
        for (const cell of [base, base + 1 + sent[message].page]) { // all pages, and its own
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

  const filtered = () => Boolean(state.text.trim()) || state.onlyNew || FACETS.some(({ chosen }) => chosen.size > 0);

  return { places, sent, facets: FACETS, state, count, filtered };
};

