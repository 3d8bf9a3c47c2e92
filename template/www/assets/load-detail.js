// What stands under a load when it is opened: why it failed, all its counts, and its rejects.

import { call, read, readCSV, save } from "./api.js";
import { announce, element } from "./element.js";
import * as format from "./format.js";
import { grid, line } from "./grid.js";
import { loading, problemNotice } from "./notice.js";

const counts = [
  ["read", "Read"], ["inserted", "Inserted"], ["updated", "Updated"], ["unchanged", "Unchanged"],
  ["superseded", "Superseded by a later record"], ["rejected", "Rejected"],
  ["pending", "Waiting for other rows"], ["healed", "Of other loads, done waiting"],
  ["deleted", "Rows deleted"],
];

const columns = [
  { title: "Record", numeric: true, cell: ({ record }) => format.number(record) },
  { title: "Line", numeric: true, cell: ({ line }) => format.number(line) },
  { title: "Byte", numeric: true, cell: ({ byte_offset }) => format.number(byte_offset) },
  { title: "Column", cell: ({ column_name }) => column_name ?? "" },
  { title: "Code", cell: ({ code }) => element("code", {}, code) },
  { title: "Reason", cell: ({ reason }) => reason },
  { title: "Record as it was", cell: ({ raw }) => element("code", { class: "raw" }, raw) },
];

export function loadDetail(load) {
  const parts = [];
  if (load.reason) {
    parts.push(element("p", {}, element("code", {}, load.code ?? ""), " ", load.reason));
  }
  parts.push(element("dl", {}, [
    pair("Object", address(load, load.key)), pair("Size", format.bytes(load.bytes)),
    ...counts.filter(([name]) => load[name]).map(([name, title]) =>
      pair(title, format.number(load[name]))),
    load.rejects_key ? pair("Rejects, to mend and upload", address(load, load.rejects_key)) : null,
  ]));
  const place = element("div", {});
  const buttons = [];
  if (load.rejected > 0) {
    buttons.push(downloadButton(load, place));
    showRejects(load, place);
  }
  // What is loaded stays as it is, and files of a terminal are in no bucket.
  if (load.status === "failed" && load.bucket !== "file") buttons.push(replayButton(load, place));
  if (buttons.length > 0) parts.push(element("p", { class: "actions" }, buttons));
  parts.push(place);
  return element("div", {}, parts);
}

/** Where a file is; those that `sluice load` read have the bucket `file`. */
const address = ({ bucket }, key) => (bucket === "file" ? key : `s3://${bucket}/${key}`);

const pair = (title, text) => element("div", {}, element("dt", {}, title), element("dd", {}, text));

async function showRejects(load, place) {
  const path = `loads/${load.id}/rejects`;
  place.replaceChildren(loading("the rejects"));
  try {
    let page = await read(path, { query: { limit: 50 } });
    const table = grid(`Rejected records of ${format.fileName(load.key)}`, columns, page.data);
    place.replaceChildren(table);
    const more = element("button", {
      type: "button", class: "quiet", hidden: !page.next, async onclick() {
        more.disabled = true;
        try {
          page = await read(path, { query: page.next });
          table.querySelector("tbody").append(...page.data.map((reject) => line(columns, reject)));
          more.hidden = !page.next;
        } catch (problem) {
          more.after(problemNotice(problem));
        } finally {
          more.disabled = false;
        }
      },
    }, "More rejects");
    place.append(element("p", { class: "actions" }, more));
  } catch (problem) {
    place.replaceChildren(problemNotice(problem, () => showRejects(load, place)));
  }
}

function downloadButton(load, place) {
  return element("button", {
    type: "button", async onclick({ target }) {
      target.disabled = true;
      try {
        save(await readCSV(`loads/${load.id}/rejects`, {}), `load-${load.id}-rejects.csv`);
      } catch (problem) {
        place.prepend(problemNotice(problem));
      } finally {
        target.disabled = false;
      }
    },
  }, "Download the rejects as CSV");
}

function replayButton(load, place) {
  return element("button", {
    type: "button", class: "quiet", async onclick({ target }) {
      target.disabled = true;
      try {
        await call(`loads/${load.id}/replay`, { method: "POST" });
        announce(`Load ${load.id} is asked for again`);
        target.textContent = "Asked for again";
        dispatchEvent(new Event("sluice:upload"));
      } catch (problem) {
        target.disabled = false;
        place.prepend(problemNotice(problem));
      }
    },
  }, "Load the object again");
}
