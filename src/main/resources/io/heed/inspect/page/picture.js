// The first screen as one picture: the words with their arcs, what is said of them, and the bars.
import {save} from "./downloads.js";
import {byId} from "./elements.js";
import {SvgPen, widthOf} from "./pens.js";
import {barsOf} from "./pure/bars.js";
import {arcsOf} from "./pure/chips.js";
import {css} from "./pure/colours.js";
import {namesOf, nextWord, plain, sentences, shortName} from "./pure/story.js";

const [WIDTH, MARGIN, CHIP, LINE] = [960, 24, 34, 104];

// The places of the words, on as many lines as they need.
function placed(words) {
  let [x, y] = [MARGIN, 72];
  return words.map(({label}) => {
    const width = widthOf(label) + 20;
    if (x + width > WIDTH - MARGIN) [x, y] = [MARGIN, y + LINE];
    const box = {x, y, width, height: CHIP};
    x += width + 6;
    return box;
  });
}

export function pictureOf(page, told, source) {
  const {words, position, rows, head, next, now, off, temperature} = told;
  const boxes = placed(words);
  const bars = next.length === 0 ? [] : barsOf(next, now?.next);
  const said = sentences(told).map(plain);
  let y = boxes[boxes.length - 1].y + CHIP + 40;
  const pen = new SvgPen(page, WIDTH, y + 24 * (said.length + bars.length) + 70);
  const {mark, soft, ink, scale} = page.palette;
  const weights = rows.get(shortName(head));
  for (const {d, thick, weight} of arcsOf(boxes, weights, position)) pen.path(d, mark, thick, .25 + .75 * weight);
  boxes.forEach((box, index) => {
    pen.outline(box.x, box.y, box.width, box.height, index === position ? mark : soft, index === position ? 2 : .5);
    pen.text(box.x + box.width / 2, box.y + CHIP / 2, words[index].label, {anchor: "middle", fill: ink, bold: index === position});
  });
  for (const line of said) {
    pen.text(MARGIN, y, line, {size: 15});
    y += 24;
  }
  y += 12;
  for (const {guess, probability, text} of bars) {
    pen.text(MARGIN + 110, y, guess ? nextWord(guess).label : "other", {anchor: "end"});
    pen.rect(MARGIN + 120, y - 7, Math.max(.5, 500 * (probability ?? 0)), 14, css(scale[3]));
    pen.text(MARGIN + 700, y, text, {anchor: "end"});
    y += 24;
  }
  const changes = [...off.length > 0 && now ? [`without ${namesOf(off)}`] : [], ...temperature !== 1 ? [`at temperature ${temperature.toFixed(1)}`] : []];
  pen.text(MARGIN, y + 12, [source, ...changes].join(", "), {size: 11, fill: soft});
  return String(pen);
}

export function showPicture(page, source) {
  byId("save-picture").addEventListener("click", async () => {
    const told = await page.told;
    if (told) save(`head-${told.head.layer}-${told.head.head}.svg`, pictureOf(page, told, source()), "image/svg+xml");
  });
}
