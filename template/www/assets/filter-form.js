// The form that adds a filter to a table's rows.

import { byID, element } from "./element.js";

/** What the API calls a condition, and how it is told; `text` is for columns of text only. */
const conditions = [
  { words: "is", write: (value) => `eq.${value}` },
  { words: "is not", write: (value) => `neq.${value}` },
  { words: "contains", write: (value) => `ilike.*${value}*`, text: true },
  { words: "begins with", write: (value) => `ilike.${value}*`, text: true },
  { words: "is less than", write: (value) => `lt.${value}` },
  { words: "is at most", write: (value) => `lte.${value}` },
  { words: "is more than", write: (value) => `gt.${value}` },
  { words: "is at least", write: (value) => `gte.${value}` },
  { words: "is one of", write: (value) => `in.(${value})`, hint: "1,2,3" },
  { words: "is null", write: () => "is.null", bare: true },
  { words: "is not null", write: () => "not.is.null", bare: true },
];

const told = {
  eq: "is", neq: "is not", lt: "<", lte: "≤", gt: ">", gte: "≥", in: "in", is: "is", like: "like",
  ilike: "like",
};

export function filterForm(onAdd) {
  let columns = [];
  const [column, operator, input] = ["f-column", "f-operator", "f-value"].map(byID);
  const chosen = () => conditions[Number(operator.value)];

  function fit() {
    const type = columns.find(({ name }) => name === column.value)?.type ?? "";
    const isText = /^(text|character)/.test(type);
    const kept = operator.value;
    operator.replaceChildren(...conditions.flatMap(({ words, text }, index) =>
      text && !isText ? [] : [element("option", { value: index }, words)]));
    if ([...operator.options].some(({ value }) => value === kept)) operator.value = kept;
    fitValue();
  }

  function fitValue() {
    const { bare, hint } = chosen();
    input.disabled = Boolean(bare);
    input.placeholder = hint ?? "";
    if (bare) input.value = "";
  }

  return {
    start() {
      column.addEventListener("change", fit);
      operator.addEventListener("change", fitValue);
      byID("row-filter").addEventListener("submit", (event) => {
        event.preventDefault();
        onAdd(column.value, chosen().write(input.value));
        input.value = "";
        input.focus();
      });
    },
    fill(list) {
      const kept = column.value;
      columns = list;
      column.replaceChildren(...list.map(({ name }) =>
        element("option", { selected: name === kept }, name)));
      fit();
    },
    /** A condition as it is told: `gte.30` is `≥ 30`. */
    words(condition) {
      const match = /^(not\.)?([a-z]+)\.(.*)$/s.exec(condition);
      if (!match) return condition;
      return `${match[1] ? "not " : ""}${told[match[2]] ?? match[2]} ${match[3]}`;
    },
  };
}
