// The tables that there are, read once for all who need them.

import { read } from "./api.js";
import { session } from "./session.js";

let known = null;
session.addEventListener("change", () => { known = null; });

export async function tables() {
  known ??= read("tables").then(({ data }) => data);
  try {
    return await known;
  } catch (problem) {
    known = null;
    throw problem;
  }
}

/** Those that files are loaded into. */
export const datasets = async () => (await tables()).filter(({ kind }) => kind === "dataset");
