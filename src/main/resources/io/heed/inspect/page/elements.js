// Elements of the page: found, made, filled.
export const byId = id => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function svg(name, attributes, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

export const table = (id, ...rest) => filled(byId(id), ...rest);

// Fills a table, of whose rows one may be chosen.
export function filled(made, caption, headings, rows, chosen = -1) {
  const head = element("tr", {}, ...headings.map(text => element("th", {scope: "col", textContent: text})));
  const body = rows.map((cells, i) => {
    return element("tr", {className: i === chosen ? "on" : ""}, ...cells.map((cell, column) =>
      column === 0 ? element("th", {scope: "row", textContent: cell}) : element("td", {textContent: cell})));
  });
  made.replaceChildren(element("caption", {textContent: caption}), element("thead", {}, head), element("tbody", {}, ...body));
  return made;
}

// The arrow keys, Home and End choose among buttons in a row; up and down too, unless they have another meaning there.
export function chooseByKeys(root, buttons, upAndDown = true) {
  root.addEventListener("keydown", event => {
    const at = buttons.indexOf(event.target);
    const moves = {ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1, ...upAndDown ? {ArrowUp: at - 1, ArrowDown: at + 1} : {}};
    const to = buttons[moves[event.key]];
    if (!to || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    to.focus();
    to.click();
  });
}
