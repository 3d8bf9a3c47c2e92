// Files from this machine into the bucket, and on until their loads have finished.

import { call, Problem, read } from "./api.js";
import { datasets } from "./catalog.js";
import { announce, byID, element } from "./element.js";
import * as format from "./format.js";
import { problemNotice } from "./notice.js";
import { session } from "./session.js";
import { postForm, postStraight, straightLimit } from "./transfer.js";

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** One file at a time, in the order they came: files of parents may come before those of children. */
let last = Promise.resolve();

export const uploads = {
  start(onReveal) {
    const form = byID("upload");
    const input = byID("files");
    const take = (files) => {
      for (const file of files) {
        const item = new Upload(file, byID("upload-table").value, onReveal);
        last = last.then(() => item.run());
      }
    };
    input.addEventListener("change", () => {
      take([...input.files]);
      input.value = "";
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
      form.addEventListener(name, (event) => {
        event.preventDefault();
        form.classList.toggle("over", name === "dragenter" || name === "dragover");
        if (name === "drop") take([...event.dataTransfer.files]);
      });
      // A file that misses the form would replace the page.
      addEventListener(name, (event) => event.preventDefault());
    }
    const fill = async () => {
      const select = byID("upload-table");
      const names = await datasets().then((list) => list.map(({ name }) => name), () => []);
      select.replaceChildren(select.options[0], ...names.map((name) => element("option", {}, name)));
    };
    session.addEventListener("change", fill);
    fill();
  },
};

/** A file on its way. */
class Upload {
  #file; #table; #onReveal; #item; #state; #bar;

  constructor(file, table, onReveal) {
    [this.#file, this.#table, this.#onReveal] = [file, table, onReveal];
    this.#state = element("span", { class: "state" }, "waiting");
    this.#bar = element("progress", {
      max: 1, value: 0, hidden: true, "aria-label": `Upload of ${file.name}`,
    });
    this.#item = element("li", {}, element("strong", {}, file.name),
      ` ${format.bytes(file.size)} `, this.#bar, this.#state);
    byID("uploads").prepend(this.#item);
  }

  async run() {
    this.#item.querySelector(".problem")?.remove();
    try {
      const table = this.#table || await this.#tableOfName();
      const key = await this.#send(table);
      dispatchEvent(new Event("sluice:upload"));
      this.#say("uploaded; waiting for its load");
      // The next file need not wait for this one's load.
      this.#follow(key);
    } catch (problem) {
      this.#fail(problem);
    }
  }

  /** The table whose name the file's begins with; of several, the longest. */
  async #tableOfName() {
    const name = this.#file.name.toLowerCase().replace(/[- ]/g, "_");
    const fitting = (await datasets()).map((table) => table.name)
      .filter((table) => name.startsWith(table.toLowerCase()))
      .sort((one, other) => other.length - one.length);
    if (fitting.length > 0) return fitting[0];
    throw new Problem(400, {
      title: "No table is named like this file", hint: "Choose the table, then try again.",
    });
  }

  async #send(table) {
    const [name, bytes] = [this.#file.name, this.#file.size];
    this.#say(`to ${table}`);
    const ticket = await (await call("uploads", { method: "POST", json: { table, name, bytes } })).json();
    this.#bar.hidden = false;
    const onProgress = (sent) => { this.#bar.value = sent / Math.max(bytes, 1); };
    try {
      await postForm(ticket, this.#file, onProgress);
      return ticket.key;
    } catch (problem) {
      // A bucket that takes nothing from this page's origin cannot be told from one that is away.
      const isPlain = !/\.(gz|gzip|zst|zstd)$/i.test(name);
      if (!problem.isUnreachable || !isPlain || bytes > straightLimit) throw problem;
      const { key } = await postStraight(table, name, this.#file, onProgress);
      return key;
    } finally {
      this.#bar.hidden = true;
    }
  }

  /** Waits for the load; each upload has a key of its own. */
  async #follow(key) {
    const start = Date.now();
    for (let pause = 500; Date.now() - start < 900_000; pause = Math.min(pause * 1.3, 5000)) {
      await wait(pause);
      let found;
      try {
        found = (await read("loads", { query: { key, limit: 1 } })).data[0];
      } catch {
        // The API may be away for a moment; the load goes on without it.
        continue;
      }
      if (found) {
        this.#finish(found);
        return;
      }
    }
    this.#say("its load has not finished yet; the list below will tell");
  }

  #finish(load) {
    const parts = [["inserted", load.inserted], ["updated", load.updated], ["unchanged", load.unchanged],
      ["waiting", load.pending], ["rejected", load.rejected]];
    const counts = parts.filter(([, number]) => number > 0)
      .map(([word, number]) => `${format.number(number)} ${word}`).join(", ");
    this.#say(load.status === "failed"
      ? `failed: ${load.reason ?? load.code}`
      : `loaded: ${format.count(load.read, "record")} read, ${counts || "none of them new"}`, load);
    dispatchEvent(new Event("sluice:upload"));
  }

  #say(text, load = null) {
    this.#state.textContent = text;
    if (!load) return;
    announce(`${this.#file.name} ${text}`);
    const button = element("button", {
      type: "button", class: "quiet", onclick: () => this.#onReveal(load.id),
    }, "Details");
    this.#item.append(" ", button);
  }

  #fail(problem) {
    this.#say("not uploaded");
    const again = () => {
      session.removeEventListener("change", signedIn);
      this.#table = byID("upload-table").value || this.#table;
      last = last.then(() => this.run());
    };
    const signedIn = () => { if (session.token) again(); };
    if (problem.needsSignIn) session.addEventListener("change", signedIn);
    this.#item.append(problemNotice(problem, again));
  }
}
