// Calls of the API, which begins where the page's base is: under a stage, too.

import { session } from "./session.js";

/** What went wrong, as the API's problem documents tell it. */
export class Problem extends Error {
  constructor(status, document) {
    super(document.detail || document.title);
    this.status = status;
    this.title = document.title;
    this.detail = document.detail ?? "";
    this.hint = document.hint ?? "";
    this.code = document.code ?? "";
    this.requestID = document.requestId ?? "";
    this.faults = document.errors ?? [];
  }

  get isUnreachable() { return this.status === 0; }
  get needsSignIn() { return this.status === 401; }
}

/** Tells with each call, by the event `reach`, whether the API was there to answer it. */
export const connection = new EventTarget();
const reached = (isThere) =>
  connection.dispatchEvent(new CustomEvent("reach", { detail: isThere }));

export function address(path, query = {}) {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.append(name, value);
  return url;
}

/** Makes a call; whatever is no success is thrown as a Problem. */
export async function call(path, { method = "GET", query, json, body, type, accept, signal } = {}) {
  const headers = { accept: accept ?? "application/json" };
  if (session.token) headers.authorization = `Bearer ${session.token}`;
  if (json !== undefined) headers["content-type"] = "application/json";
  if (type) headers["content-type"] = type;
  let answer;
  try {
    answer = await fetch(address(path, query), {
      method, headers, signal, credentials: "omit",
      body: json === undefined ? body : JSON.stringify(json),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    reached(false);
    throw new Problem(0, {
      title: "The API cannot be reached",
      detail: navigator.onLine ? "" : "This machine is offline.",
    });
  }
  reached(true);
  if (answer.ok) return answer;
  const problem = new Problem(answer.status, await problemDocument(answer));
  if (problem.needsSignIn && path !== "login") session.refused();
  throw problem;
}

/** The problem document of an answer; a gateway in front of the API answers in its own words. */
async function problemDocument(answer) {
  let found = null;
  try {
    found = await answer.json();
  } catch {
    // No JSON: the status has to do.
  }
  if (found?.title) return found;
  const title = `The API answered ${answer.status} ${answer.statusText}`.trim();
  return { title, detail: found?.message ?? "" };
}

/** Reads JSON with what a page of it comes with: the query of the next page, and the total. */
export async function read(path, options = {}) {
  const answer = await call(path, options);
  const text = await answer.text();
  return {
    data: options.exact ? parseExactly(text) : JSON.parse(text),
    next: nextQuery(answer.headers.get("link")),
    total: answer.headers.has("x-total-count") ? Number(answer.headers.get("x-total-count")) : null,
  };
}

/**
 * The query of the next page, or null behind the last one. The path is known to the caller; the
 * link's may be that of the front behind a proxy.
 */
function nextQuery(link) {
  const match = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? "");
  return match ? new URL(match[1], document.baseURI).search : null;
}

/** Numbers that the browser cannot hold as they are stay as they are written: 12345678901234567890, 1.10. */
function parseExactly(text) {
  return JSON.parse(text, (_, value, context) =>
    typeof value === "number" && context?.source !== undefined && String(value) !== context.source
      ? context.source : value);
}

/** All pages of a list as CSV, the header once. */
export async function readCSV(path, query, { signal, onRows } = {}) {
  const parts = [];
  const first = new URLSearchParams(query);
  first.set("limit", 1000);
  let search = first.toString();
  while (search) {
    const answer = await call(path, { query: search, accept: "text/csv", signal });
    let text = await answer.text();
    if (parts.length > 0) text = text.slice(text.indexOf("\n") + 1);
    parts.push(text);
    onRows?.(parts.length * 1000);
    search = nextQuery(answer.headers.get("link"));
  }
  return new Blob(parts, { type: "text/csv;charset=utf-8" });
}

/** Gives the reader a file. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
