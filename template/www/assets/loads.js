// The view of loads: what runs, what has finished, and each load's details.

import { read } from "./api.js";
import { datasets } from "./catalog.js";
import { announce, byID, element } from "./element.js";
import * as format from "./format.js";
import { frame } from "./grid.js";
import { loadDetail } from "./load-detail.js";
import { empty, loading, problemNotice } from "./notice.js";
import { Poller } from "./poller.js";
import { session } from "./session.js";

const columns = [
  ["", ""], ["Status", ""], ["File", ""], ["Table", ""], ["Read", "figure"], ["Inserted", "figure"],
  ["Updated", "figure"], ["Unchanged", "figure"], ["Rejected", "figure"], ["Took", "figure"],
  ["Finished", ""],
];

/** The loads on the page by their ids, each with the table body it stands in. */
const shown = new Map();
let newest = 0;
let older = null;
let hasOlder = false;

const filters = () =>
  Object.fromEntries([...new FormData(byID("load-filters"))].filter(([, value]) => value));

const poller = new Poller(async () => {
  const [running, finished] = await Promise.allSettled([
    read("loads/running"), read("loads", { query: { limit: 50, ...filters() } }),
  ]);
  showRunning(running);
  return showFinished(finished) || (running.value?.data.length ?? 0) > 0;
});

export const loads = {
  title: "Loads",
  start() {
    byID("load-filters").addEventListener("change", () => this.restart());
    byID("load-filters").addEventListener("submit", (event) => event.preventDefault());
    session.addEventListener("change", () => { if (!byID("loads").hidden) this.restart(); });
    addEventListener("sluice:upload", () => poller.soon());
    byID("running").append(loading("what runs"));
    byID("finished").append(loading("the loads"));
  },
  async show() {
    poller.start();
    try {
      const select = byID("load-table");
      const known = new Set([...select.options].map(({ value }) => value));
      const names = (await datasets()).map(({ name }) => name).filter((name) => !known.has(name));
      select.append(...names.map((name) => element("option", {}, name)));
    } catch {
      // The lists below say what is wrong.
    }
  },
  hide() { poller.stop(); },
  /** Begins the list anew. */
  restart() {
    shown.clear();
    [newest, older, hasOlder] = [0, null, false];
    byID("finished").replaceChildren(loading("the loads"));
    poller.soon();
  },
  /** Shows one load with its details. */
  reveal(id) {
    const entry = shown.get(id);
    if (!entry) return false;
    open(entry, true);
    entry.body.scrollIntoView({ block: "nearest" });
    entry.body.querySelector("button").focus();
    return true;
  },
};

function showRunning({ status, value }) {
  const place = byID("running");
  if (status === "rejected") {
    // The list below tells the same.
    place.replaceChildren(empty("Not known at the moment."));
    return;
  }
  if (value.data.length === 0) {
    place.replaceChildren(empty("Nothing is being loaded."));
    return;
  }
  place.replaceChildren(element("ul", { class: "running" }, value.data.map((load) => {
    // Between its copies, as while it merges, a load tells no figures.
    const parts = load.rows === null ? ["under way"]
      : [format.count(load.rows, "row"), `${format.bytes(load.bytes)} sent to the database`];
    if (load.started_at) {
      const took = (Date.now() - new Date(load.started_at)) / 1000;
      if (load.rows && took > 1) parts.push(`${format.number(Math.round(load.rows / took))} rows a second`);
      parts.push(`since ${format.timeOfDay(new Date(load.started_at))}`);
    }
    return element("li", {}, element("strong", {}, format.fileName(load.key)),
      ` into ${load.table}: ${parts.join(", ")}`);
  })));
}

/** Brings the list up to date; answers whether there was something new. */
function showFinished({ status, value, reason }) {
  const place = byID("finished");
  const age = byID("loads-age");
  if (status === "rejected") {
    if (shown.size === 0) place.replaceChildren(problemNotice(reason, () => loads.restart()));
    else age.textContent = `Not up to date: ${reason.title}`;
    return false;
  }
  age.textContent = `As of ${format.timeOfDay(new Date())}`;
  if (value.data.length === 0) {
    const isFiltered = Object.keys(filters()).length > 0;
    place.replaceChildren(empty(isFiltered ? "No load is like that." : "Nothing was loaded yet."));
    return false;
  }
  if (shown.size === 0) place.replaceChildren(...listFrame());
  if (!hasOlder) older = value.next;
  byID("older").hidden = !older;
  const before = newest;
  add(value.data);
  if (before > 0 && newest > before) {
    const fresh = value.data.filter(({ id }) => id > before);
    announce(fresh.map((load) =>
      `${format.fileName(load.key)} ${load.status}, ${format.number(load.rejected)} rejected`).join("; "));
    return true;
  }
  return false;
}

function listFrame() {
  const head = element("thead", {}, element("tr", {}, columns.map(([title, kind]) =>
    element("th", { scope: "col", class: kind || null }, title
      || element("span", { class: "unseen" }, "Details")))));
  const table = frame("Finished loads, the newest first", head, [], true);
  const more = element("div", { class: "pager" }, element("button", {
    type: "button", id: "older", class: "quiet", onclick: showOlder,
  }, "Older loads"));
  return [table, more];
}

async function showOlder() {
  const button = byID("older");
  button.disabled = true;
  try {
    const page = await read("loads", { query: older });
    [older, hasOlder] = [page.next, true];
    add(page.data);
    button.hidden = !older;
  } catch (problem) {
    byID("loads-age").textContent = `No older ones: ${problem.title}`;
  } finally {
    button.disabled = false;
  }
}

/** Adds loads to the list, or renews those that have changed. */
function add(list) {
  const table = byID("finished").querySelector("table");
  for (const load of list) {
    newest = Math.max(newest, load.id);
    const text = JSON.stringify(load);
    const entry = shown.get(load.id);
    if (!entry) {
      const body = element("tbody", { "data-load": load.id });
      const made = { load, text, body, isOpen: false };
      const next = [...table.tBodies].find((other) => Number(other.dataset.load) < load.id);
      table.insertBefore(body, next ?? null);
      shown.set(load.id, made);
      fill(made);
    } else if (entry.text !== text) {
      Object.assign(entry, { load, text });
      const hadFocus = entry.body.contains(document.activeElement);
      entry.body.rows[0].remove();
      entry.body.prepend(row(entry));
      if (hadFocus) entry.body.querySelector("button").focus();
    }
  }
}

function fill(entry) {
  entry.body.replaceChildren(row(entry));
}

function row(entry) {
  const { load } = entry;
  const button = element("button", {
    type: "button", class: "opener", "aria-expanded": String(entry.isOpen),
    "aria-label": `Details of load ${load.id}, ${format.fileName(load.key)}`,
    onclick: () => open(entry, !entry.isOpen),
  });
  const cells = [
    button, badge(load), element("span", { title: load.key }, format.fileName(load.key)),
    load.table ?? "", format.number(load.read), format.number(load.inserted),
    format.number(load.updated), format.number(load.unchanged), format.number(load.rejected),
    format.seconds(load.seconds),
    element("time", { datetime: load.finished_at, title: load.finished_at },
      format.time(load.finished_at)),
  ];
  return element("tr", {}, cells.map((cell, index) => element(index === 2 ? "th" : "td", {
    scope: index === 2 ? "row" : null, class: columns[index][1] || null,
    "data-title": columns[index][0] || null,
  }, cell)));
}

function badge(load) {
  if (load.status === "failed") return element("span", { class: "badge bad" }, "failed");
  if (load.rejected > 0) return element("span", { class: "badge some" }, "some rejected");
  if (load.pending > 0) return element("span", { class: "badge some" }, "some waiting");
  return element("span", { class: "badge good" }, "loaded");
}

function open(entry, isOpen) {
  if (entry.isOpen === isOpen) return;
  entry.isOpen = isOpen;
  entry.body.querySelector("button").setAttribute("aria-expanded", String(isOpen));
  if (isOpen) {
    const cell = element("td", { colspan: columns.length }, loadDetail(entry.load));
    entry.body.append(element("tr", { class: "detail" }, cell));
  } else {
    entry.body.rows[1].remove();
  }
}
