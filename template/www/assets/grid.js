// Tables of data: a heading for readers who cannot see them, sideways scrolling that the keyboard
// reaches, figures to the right, and on narrow screens a card for each row where that is better.

import { element } from "./element.js";

/**
 * Makes a table. A column is {title, cell(row), numeric?, heading?}; `cell` gives text or elements.
 */
export function grid(caption, columns, rows, { cards = false } = {}) {
  const head = element("tr", {}, columns.map((column) =>
    element("th", { scope: "col", class: column.numeric ? "figure" : null, ...column.attributes },
      column.title)));
  const body = element("tbody", {}, rows.map((row) => line(columns, row)));
  return frame(caption, element("thead", {}, head), [body], cards);
}

/** One row of a grid. */
export function line(columns, row) {
  return element("tr", {}, columns.map((column) => {
    const content = column.cell(row);
    return element(column.heading ? "th" : "td", {
      scope: column.heading ? "row" : null,
      class: column.numeric ? "figure" : null,
      "data-title": typeof column.title === "string" ? column.title : null,
    }, content);
  }));
}

/** A table in its frame. */
export function frame(caption, head, bodies, cards = false) {
  const table = element("table", { class: cards ? "cards" : null },
    element("caption", { class: "unseen" }, caption), head, bodies);
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, table);
}

/** A value of a table as text; what is missing is told from an empty text. */
export function value(content) {
  if (content === null) return element("span", { class: "null" }, "null");
  if (typeof content === "object") return JSON.stringify(content);
  return String(content);
}
