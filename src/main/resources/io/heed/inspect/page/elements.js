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

export function table(id, caption, headings, rows, chosen = -1) {
  const head = element("tr", {}, ...headings.map(text => element("th", {scope: "col", textContent: text})));
  const body = rows.map((cells, i) => {
    const made = element("tr", {className: i === chosen ? "on" : ""}, ...cells.map((cell, column) =>
      column === 0 ? element("th", {scope: "row", textContent: cell}) : element("td", {textContent: cell})));
    return made;
  });
  byId(id).replaceChildren(element("caption", {textContent: caption}), element("thead", {}, head), element("tbody", {}, ...body));
}
