// The view of tables: rows by keyset pages, with filters and order. All of it stands in the address.

import { read, readCSV, save } from "./api.js";
import { tables as known } from "./catalog.js";
import { byID, element } from "./element.js";
import { filterForm } from "./filter-form.js";
import * as format from "./format.js";
import { frame, value } from "./grid.js";
import { empty, loading, problemNotice } from "./notice.js";
import { session } from "./session.js";

const limit = 100;
const figures = /^(smallint|integer|bigint|numeric|real|double precision)/;

let table = null;
/** The query of the address: filters and order. */
let wish = new URLSearchParams();
/** The queries of the pages before this one, for the way back: keyset pages only lead on. */
let before = [];
let asked = 0;

const form = filterForm((name, condition) => {
  wish.append(name, condition);
  go();
});

export const tables = {
  title: "Tables",
  start() {
    byID("table").addEventListener("change", ({ target }) => {
      location.hash = `#/tables/${encodeURIComponent(target.value)}`;
    });
    byID("table-choice").addEventListener("submit", (event) => event.preventDefault());
    form.start();
    session.addEventListener("change", () => { if (!byID("tables").hidden) this.show([], wish); });
  },
  async show([name], query) {
    const place = byID("rows");
    try {
      const all = await known();
      table = all.find((one) => one.name === name) ?? table ?? all[0] ?? null;
      if (!table) {
        place.replaceChildren(empty("There is no table."));
        return;
      }
      byID("table").replaceChildren(...all.map((one) =>
        element("option", { selected: one === table }, one.name)));
      wish = new URLSearchParams(query);
      before = [];
      form.fill(table.columns);
      showFilters();
      await page(firstQuery());
    } catch (problem) {
      place.replaceChildren(problemNotice(problem, () => this.show([name], query)));
    }
  },
  hide() { asked += 1; },
};

/** Puts what is wished into the address, from which it is shown. */
function go() {
  const query = wish.toString();
  location.hash = `#/tables/${encodeURIComponent(table.name)}${query ? `?${query}` : ""}`;
}

function firstQuery() {
  const query = new URLSearchParams(wish);
  query.set("limit", limit);
  query.set("count", "estimated");
  return query.toString();
}

const path = () => `tables/${encodeURIComponent(table.name)}/rows`;

function showFilters() {
  const filters = [...wish].filter(([name]) => name !== "order");
  byID("row-filters").replaceChildren(...filters.map(([name, condition]) => {
    const text = `${name} ${form.words(condition)}`;
    return element("li", {}, text, element("button", {
      type: "button", "aria-label": `Remove the filter ${text}`, onclick() {
        wish.delete(name, condition);
        go();
      },
    }, "×"));
  }));
}

async function page(query) {
  asked += 1;
  const question = asked;
  const [place, pager] = [byID("rows"), byID("pager")];
  if (!place.querySelector("table")) place.replaceChildren(loading("the rows"));
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await read(path(), { query, exact: true });
    if (question !== asked) return;
    showRows(answer.data);
    showPager(query, answer);
  } catch (problem) {
    if (question !== asked) return;
    place.replaceChildren(problemNotice(problem, () => page(query)));
    pager.replaceChildren();
    byID("table-summary").textContent = "";
  } finally {
    place.removeAttribute("aria-busy");
  }
}

function showRows(rows) {
  const place = byID("rows");
  const sideways = place.firstElementChild?.scrollLeft ?? 0;
  const head = element("thead", {}, element("tr", {}, table.columns.map(heading)));
  const body = element("tbody", {}, rows.map((row) => element("tr", {}, table.columns.map((column) =>
    element("td", { class: figures.test(column.type) ? "figure" : null }, value(row[column.name]))))));
  const focused = document.activeElement?.dataset?.column;
  place.replaceChildren(frame(`Rows of ${table.name}`, head, [body]));
  if (rows.length === 0) place.append(empty("No row is like that."));
  place.firstElementChild.scrollLeft = sideways;
  if (focused) place.querySelector(`[data-column="${CSS.escape(focused)}"]`)?.focus();
}

/** A heading that orders by its column: upwards, downwards, and by the key again. */
function heading({ name, type }) {
  const [ordered, way = "asc"] = (wish.get("order") ?? "").split(".");
  const isOrdered = ordered === name;
  const sort = { asc: "ascending", desc: "descending" }[way];
  return element("th", {
    scope: "col", class: figures.test(type) ? "figure" : null, "aria-sort": isOrdered ? sort : null,
  }, element("button", {
    type: "button", class: "sort", title: type, "data-column": name, onclick() {
      if (!isOrdered) wish.set("order", name);
      else if (way === "asc") wish.set("order", `${name}.desc`);
      else wish.delete("order");
      go();
    },
  }, name));
}

function showPager(query, { data, next, total }) {
  const first = before.length * limit + 1;
  const all = total === null ? "" : ` of about ${format.number(Math.max(total, first + data.length - 1))}`;
  byID("table-summary").textContent = data.length === 0 ? "No rows"
    : `Rows ${format.number(first)} to ${format.number(first + data.length - 1)}${next || before.length ? all : ""}`;
  const turn = (title, isThere, action) => element("button", {
    type: "button", class: "quiet", disabled: !isThere, onclick: action,
  }, title);
  const pager = byID("pager");
  const focused = [...pager.children].indexOf(document.activeElement);
  pager.replaceChildren(
    turn("Previous page", before.length > 0, () => page(before.pop())),
    turn("Next page", Boolean(next), () => {
      before.push(query);
      page(next);
    }),
    element("button", { type: "button", class: "quiet", onclick: download }, "Download as CSV"));
  if (focused >= 0) [...pager.children].find((one, index) => index >= focused && !one.disabled)?.focus();
}

/** All rows that fit the filters; a second press ends it. */
async function download({ target }) {
  if (target.stop) {
    target.stop();
    return;
  }
  const controller = new AbortController();
  target.stop = () => controller.abort();
  const name = table.name;
  try {
    const onRows = (rows) => { target.textContent = `Stop; ${format.number(rows)} rows`; };
    save(await readCSV(path(), wish, { signal: controller.signal, onRows }),
      `${name}.csv`);
  } catch (problem) {
    if (problem.name !== "AbortError") byID("pager").append(problemNotice(problem));
  } finally {
    target.stop = null;
    target.textContent = "Download as CSV";
  }
}
