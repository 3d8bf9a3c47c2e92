// The view of hires: a year's by department and quarter, and the departments above the mean.

import { read } from "./api.js";
import { drawBars } from "./charts.js";
import { byID, element } from "./element.js";
import * as format from "./format.js";
import { grid } from "./grid.js";
import { empty, problemNotice } from "./notice.js";
import { Poller } from "./poller.js";
import { session } from "./session.js";

/** More bars than this cannot be read; the tables hold all. */
const mostBars = 40;
/** The year that the API takes when it is given none; ours too, if there are hires of it. */
const usual = 2021;

let seen = "";
/** Makes the table of jobs, which may have thousands of rows, when it is opened. */
let makeJobs = () => [];

const poller = new Poller(refresh, { least: 15_000, most: 60_000 });

export const hires = {
  title: "Hires",
  start() {
    byID("hires-year").addEventListener("submit", (event) => event.preventDefault());
    byID("year").addEventListener("change", ({ target }) => {
      location.hash = `#/hires?year=${target.value}`;
    });
    byID("jobs-details").addEventListener("toggle", fillJobs);
    session.addEventListener("change", () => { if (!byID("hires").hidden) poller.soon(); });
  },
  async show(_, query) {
    await fillYears(Number(query.get("year")));
    poller.start();
  },
  hide() { poller.stop(); },
};

/** Offers the years that there are hires of, and takes the wanted one, the usual one, or the last. */
async function fillYears(wanted) {
  const select = byID("year");
  const ends = await Promise.all(["desc", "asc"].map((way) =>
    read("tables/hires_by_quarter/rows", { query: { select: "year", order: `year.${way}`, limit: 1 } })
      .then(({ data }) => data[0]?.year, () => undefined)));
  const last = ends[0] ?? usual;
  const first = Math.max(ends[1] ?? last, last - 200);
  const years = Array.from({ length: last - first + 1 }, (_, index) => last - index);
  if (wanted && !years.includes(wanted)) years.push(wanted);
  const chosen = wanted || Number(select.value) || (years.includes(usual) ? usual : last);
  select.replaceChildren(...years.map((year) =>
    element("option", { selected: year === chosen }, String(year))));
}

async function refresh() {
  const year = byID("year").value;
  try {
    const [rows, above, mean] = await Promise.all([
      read("metrics/hires", { query: { year } }), read("metrics/departments", { query: { year } }),
      // The line is a help; without it the bars are still right.
      read("tables/departments_above_mean/rows", {
        query: { select: "mean", year: `eq.${year}`, limit: 1 },
      }).then(({ data }) => Number(data[0]?.mean), () => NaN),
    ]);
    const text = JSON.stringify([year, rows.data, above.data, mean]);
    // An empty year's words stay; those of a problem go.
    byID("hires-notice").querySelector(".problem")?.remove();
    if (text === seen) return false;
    seen = text;
    await show(year, rows.data, above.data, mean);
    return true;
  } catch (problem) {
    byID("hires-notice").replaceChildren(problemNotice(problem, () => poller.soon()));
    byID("hires-figures").hidden = seen === "";
    return false;
  }
}

async function show(year, rows, above, mean) {
  const total = rows.reduce((sum, row) => sum + inYear(row), 0);
  const figures = byID("hires-figures");
  figures.hidden = total === 0;
  byID("hires-notice").replaceChildren(...(total > 0 ? []
    : [empty(`Nobody was hired in ${year}, as far as the tables know.`)]));
  byID("jobs-details").hidden = total === 0;
  byID("jobs-title").textContent = `By department and job: ${format.count(rows.length, "row")}`;
  makeJobs = () => [jobs(year, rows)];
  fillJobs();
  const quarters = [1, 2, 3, 4].map((quarter) => rows.reduce((sum, row) => sum + row[`q${quarter}`], 0));
  byID("hires-summary").textContent = total === 0 ? "" :
    `${format.count(total, "hire")}: ${quarters.map((hired, index) =>
      `Q${index + 1} ${format.number(hired)}`).join(", ")}`;
  if (total === 0) return;
  await showQuarters(year, byDepartment(rows));
  await showAbove(year, above, mean);
}

const fillJobs = () =>
  byID("jobs-table").replaceChildren(...(byID("jobs-details").open ? makeJobs() : []));

const inYear = ({ q1, q2, q3, q4 }) => q1 + q2 + q3 + q4;

/** The rows of each department added up, the largest first. */
function byDepartment(rows) {
  const sums = new Map();
  for (const row of rows) {
    const sum = sums.get(row.department) ?? { department: row.department, q1: 0, q2: 0, q3: 0, q4: 0 };
    for (const quarter of ["q1", "q2", "q3", "q4"]) sum[quarter] += row[quarter];
    sums.set(row.department, sum);
  }
  return [...sums.values()].sort((one, other) => inYear(other) - inYear(one));
}

const quarterColumns = ["q1", "q2", "q3", "q4"].map((quarter) => ({
  title: quarter.toUpperCase(), numeric: true, cell: (row) => format.number(row[quarter]),
}));
const yearColumn = { title: "Year", numeric: true, cell: (row) => format.number(inYear(row)) };
const departmentColumn = { title: "Department", heading: true, cell: ({ department }) => department };

async function showQuarters(year, departments) {
  const bars = departments.slice(0, mostBars);
  const canvas = byID("quarters-chart");
  canvas.setAttribute("aria-label",
    `Hires in ${year} by department and quarter; most in ${bars[0].department} with `
    + `${format.number(inYear(bars[0]))}. The table below holds all figures.`);
  byID("quarters-table").replaceChildren(grid(`Hires in ${year} by department and quarter`,
    [departmentColumn, ...quarterColumns, yearColumn], departments));
  await drawBars(canvas, {
    labels: bars.map(({ department }) => department),
    series: ["q1", "q2", "q3", "q4"].map((quarter, index) => ({
      title: quarter.toUpperCase(), color: `--quarter-${index + 1}`,
      values: bars.map((row) => row[quarter]),
    })),
  });
}

async function showAbove(year, above, mean) {
  const canvas = byID("departments-chart");
  const line = Number.isFinite(mean) ? `; the line is the mean, ${format.number(mean)}` : "";
  byID("departments-mean").textContent = above.length === 0
    ? "None: all departments hired alike."
    : `Hires of the year, of departments with more than the mean over all${line}.`;
  canvas.setAttribute("aria-label", `Departments above the mean in ${year}: `
    + `${above.slice(0, mostBars).map(({ department, hired }) => `${department} ${hired}`).join(", ")}.`);
  byID("departments-table").replaceChildren(grid(`Departments above the mean in ${year}`, [
    { title: "Id", numeric: true, cell: ({ id }) => String(id) }, departmentColumn,
    { title: "Hired", numeric: true, cell: ({ hired }) => format.number(hired) },
  ], above));
  const bars = above.slice(0, mostBars);
  await drawBars(canvas, {
    labels: bars.map(({ department }) => department),
    series: [{ title: "Hired", color: "--quarter-3", values: bars.map(({ hired }) => hired) }],
    mark: Number.isFinite(mean) && bars.length > 0 ? { value: mean } : null,
  });
}

const jobs = (year, rows) => grid(`Hires in ${year} by department, job and quarter`, [
  departmentColumn, { title: "Job", cell: ({ job }) => job }, ...quarterColumns, yearColumn,
], rows);
