// Elements made by code. Text is only ever text: what a file holds cannot become markup.

/** Makes an element. `onclick` and the like take functions; true and false set or leave out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** The element of the page with an id. */
export const byID = (id) => document.getElementById(id);

/** Tells those who listen to the page rather than see it; the same text twice is told twice. */
export function announce(text) {
  const place = byID("announcement");
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 50);
}
