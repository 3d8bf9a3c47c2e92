// Sending files, with progress: fetch cannot tell how far it is, XMLHttpRequest can.

import { address, Problem } from "./api.js";
import { session } from "./session.js";

/** What may be posted to the API itself; larger files go to the bucket. */
export const straightLimit = 5_000_000;

function send(url, headers, body, onProgress) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded }) => onProgress(loaded));
    request.addEventListener("load", () => done(request));
    request.addEventListener("error", () => fail(new Problem(0, {
      title: "The file could not be sent",
      hint: "Is this machine online, and does the bucket's CORS rule allow this page's origin?",
    })));
    request.send(body);
  });
}

/** Sends a file to the bucket by the form that was presigned for it. */
export async function postForm({ url, fields }, file, onProgress) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  // What stands behind the file is not read.
  form.append("file", file);
  const answer = await send(url, {}, form, onProgress);
  if (answer.status < 300) return;
  const said = (name) => new RegExp(`<${name}>([^<]*)<`).exec(answer.responseText)?.[1];
  throw new Problem(answer.status, {
    title: "S3 did not take the file",
    detail: said("Message") ?? `It answered ${answer.status}.`,
    code: said("Code"),
  });
}

/** Sends a small file through the API. */
export async function postStraight(table, name, file, onProgress) {
  const headers = { "content-type": "text/csv", accept: "application/json" };
  if (session.token) headers.authorization = `Bearer ${session.token}`;
  const answer = await send(address(`uploads/${encodeURIComponent(table)}`, { name }), headers, file, onProgress);
  if (answer.status < 300) return JSON.parse(answer.responseText);
  let document = { title: `The API answered ${answer.status}` };
  try {
    document = JSON.parse(answer.responseText);
  } catch {
    // No problem document: the status has to do.
  }
  throw new Problem(answer.status, document);
}
