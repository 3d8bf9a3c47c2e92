// What stands where data would: that it is on its way, that there is none, or what went wrong.

import { element } from "./element.js";
import { session } from "./session.js";

export const loading = (what) => element("p", { class: "empty" }, `Reading ${what}…`);

export const empty = (text, ...more) => element("p", { class: "empty" }, text, ...more);

/** A problem with its detail, hint and faults; and, where there is something to do, a button. */
export function problemNotice(problem, retry = null) {
  const parts = [element("p", { class: "title" }, problem.title ?? "Something went wrong here")];
  const detail = problem.detail ?? problem.message;
  if (detail) parts.push(element("p", {}, detail));
  // The API's hint tells programs how to log in; people have the button.
  if (problem.hint && !problem.needsSignIn) parts.push(element("p", {}, problem.hint));
  if (problem.faults?.length) parts.push(faultList(problem.faults));
  const buttons = [];
  if (problem.needsSignIn) {
    buttons.push(element("button", { type: "button", onclick: () => session.ask() }, "Sign in"));
  }
  if (retry) {
    buttons.push(element("button", { type: "button", class: "quiet", onclick: retry }, "Try again"));
  }
  if (buttons.length) parts.push(element("p", { class: "actions" }, buttons));
  if (problem.requestID) {
    parts.push(element("p", { class: "aside" }, `Request ${problem.requestID}`));
  }
  return element("div", { class: "problem", role: "alert" }, parts);
}

function faultList(faults) {
  const shown = faults.slice(0, 20).map((fault) => {
    const place = [fault.row === undefined ? null : `row ${fault.row}`, fault.field];
    return element("li", {}, [...place.filter(Boolean), fault.reason].join(": "));
  });
  if (faults.length > 20) shown.push(element("li", {}, `and ${faults.length - 20} more`));
  return element("ul", {}, shown);
}
