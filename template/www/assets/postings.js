// The view of postings: a search with filters, the newest first, a page after the other.

import { read } from "./api.js";
import { byID, element } from "./element.js";
import * as format from "./format.js";
import { grid, line } from "./grid.js";
import { empty, loading, problemNotice } from "./notice.js";
import { session } from "./session.js";

const columns = [
  { title: "Position", heading: true, cell: title },
  { title: "Organization", cell: ({ organization, department }) => organization ?? department ?? "" },
  { title: "Place", cell: ({ location_display, remote }) =>
    [location_display, remote ? "remote" : null].filter(Boolean).join("; ") },
  { title: "Grade", cell: grade },
  { title: "Pay a year", numeric: true, cell: pay },
  { title: "Published", cell: ({ published_on }) => format.day(published_on) },
  { title: "Closes", cell: ({ closes_on }) => format.day(closes_on) },
];

/** Which answer is awaited: one that comes behind a later question is dropped. */
let asked = 0;

export const postings = {
  title: "Postings",
  start() {
    const form = byID("posting-filters");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      location.hash = `#/postings?${new URLSearchParams(wanted())}`;
    });
    form.addEventListener("reset", () => { location.hash = "#/postings"; });
    session.addEventListener("change", () => { if (!byID("postings").hidden) search(); });
  },
  show(_, query) {
    for (const field of byID("posting-filters").elements) {
      if (field.name) field.value = query.get(field.name) ?? "";
    }
    search();
  },
  hide() { asked += 1; },
};

const wanted = () =>
  Object.fromEntries([...new FormData(byID("posting-filters"))].filter(([, value]) => value.trim()));

async function search() {
  asked += 1;
  const question = asked;
  const [place, summary] = [byID("postings-list"), byID("postings-summary")];
  summary.textContent = "";
  place.replaceChildren(loading("the postings"));
  try {
    let page = await read("postings", { query: { ...wanted(), limit: 50, count: "exact" } });
    if (question !== asked) return;
    if (page.data.length === 0) {
      summary.textContent = "No posting.";
      place.replaceChildren(empty(Object.keys(wanted()).length > 0
        ? "No posting is like that." : "No postings yet: a search at USAJOBS has to run first."));
      return;
    }
    const total = page.total === null ? "" : format.count(page.total, "posting");
    summary.textContent = `${total}, the newest first`;
    const table = grid("Postings, the newest first", columns, page.data, { cards: true });
    const more = element("button", {
      type: "button", class: "quiet", hidden: !page.next, async onclick() {
        more.disabled = true;
        try {
          page = await read("postings", { query: page.next });
          table.querySelector("tbody").append(...page.data.map((posting) => line(columns, posting)));
          more.hidden = !page.next;
        } catch (problem) {
          more.after(problemNotice(problem));
        } finally {
          more.disabled = false;
        }
      },
    }, "More postings");
    place.replaceChildren(table, element("div", { class: "pager" }, more));
  } catch (problem) {
    if (question === asked) place.replaceChildren(problemNotice(problem, search));
  }
}

/** A link only where the address is one of the web: it comes from outside. */
function title({ title, uri }) {
  return /^https?:\/\//.test(uri ?? "")
    ? element("a", { href: uri, rel: "noopener noreferrer", target: "_blank" }, title) : title;
}

function grade({ pay_plan, low_grade, high_grade }) {
  const grades = [...new Set([low_grade, high_grade].filter(Boolean))].join("–");
  return [pay_plan, grades].filter(Boolean).join(" ");
}

function pay({ minimum_annual_pay: least, maximum_annual_pay: most }) {
  return [...new Set([format.money(least), format.money(most)].filter(Boolean))].join(" – ");
}
