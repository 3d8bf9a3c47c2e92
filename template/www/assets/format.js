// How figures and times are written: in the reader's language and time zone.

const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });

export const number = (value) => (value === null || value === undefined ? "" : whole.format(value));

/** “1 row”, “2 rows”. */
export const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;

export function bytes(value) {
  if (value === null || value === undefined) return "";
  let [rest, unit] = [value, 0];
  while (rest >= 1000 && unit < 4) [rest, unit] = [rest / 1000, unit + 1];
  return `${short.format(rest)} ${["B", "kB", "MB", "GB", "TB"][unit]}`;
}

export function seconds(value) {
  if (value === null || value === undefined) return "";
  if (value < 10) return `${value.toFixed(2)} s`;
  if (value < 60) return `${value.toFixed(0)} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

/** A moment of the API's, today's without the day; or its text when it is none. */
export function time(text) {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return String(text);
  return at.toDateString() === new Date().toDateString() ? clock.format(at) : moment.format(at);
}

export const timeOfDay = (at) => clock.format(at);

export function day(text) {
  const at = new Date(`${text}T00:00:00Z`);
  return text && !Number.isNaN(at.getTime()) ? date.format(at) : text ?? "";
}

export const money = (value) => (value === null || value === undefined ? "" : `$${number(Math.round(value))}`);

/** The name of the file that became an object: without folders, and without what uploads put in front. */
export const fileName = (key) => key.split("/").at(-1).replace(/^[0-9a-f]{12}-(?=.)/, "") || key;
