// The dashboard: one view at a time, named by the address, so that it can be kept and passed on.

import { call, connection } from "./api.js";
import { byID } from "./element.js";
import { hires } from "./hires.js";
import { loads } from "./loads.js";
import { problemNotice } from "./notice.js";
import { postings } from "./postings.js";
import { startSession } from "./session.js";
import { tables } from "./tables.js";
import { uploads } from "./uploads.js";

const views = { loads, hires, postings, tables };
let current = null;

/** Takes `#/tables/people?age=gte.30` apart. */
function place() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?", 2);
  const [name, ...rest] = path.split("/").map(decodeURIComponent);
  return {
    name: Object.hasOwn(views, name) ? name : "loads", rest, query: new URLSearchParams(query),
  };
}

function show() {
  if (location.hash === "#main") return;
  const { name, rest, query } = place();
  const isOther = current !== name;
  if (isOther) {
    if (current) {
      views[current].hide();
      byID(current).hidden = true;
    }
    byID(name).hidden = false;
    for (const link of document.querySelectorAll("nav a")) {
      if (link.hash === `#/${name}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = `${views[name].title} · Sluice`;
    // A reader who cannot see the page follows the focus.
    if (current) byID(`${name}-title`).focus();
    current = name;
  }
  views[name].show(rest, query);
}

connection.addEventListener("reach", ({ detail: isThere }) => {
  const line = byID("connection");
  if (line.hidden === isThere) return;
  line.hidden = isThere;
  line.textContent = isThere ? "" :
    "The API cannot be reached. What is shown may be out of date; it is asked again and again.";
});

startSession(call, problemNotice);
for (const view of Object.values(views)) view.start();
uploads.start((id) => loads.reveal(id));
addEventListener("hashchange", show);
show();
