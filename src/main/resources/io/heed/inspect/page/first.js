// The first screen: what happens at one word of the text, put together from its views.
import {Answer} from "./answer.js";
import {ByHand} from "./by-hand.js";
import {Chips} from "./chips.js";
import {byId, element} from "./elements.js";
import {FlowCards} from "./flow-cards.js";
import {headsToShow} from "./pure/heads.js";
import {byEffect, deciding, headOf, plain, rowsOf, sentences, wordsIn} from "./pure/story.js";
import {paragraph} from "./sentences.js";
import {Steps} from "./steps.js";
import {Swap} from "./swap.js";
import {Switches} from "./switches.js";

class Story {
  constructor() {
    this.root = element("div", {className: "story"});
    this.root.setAttribute("aria-live", "polite");
  }

  show(told) {
    const said = sentences(told);
    const text = said.map(plain).join();
    if (text === this.text) return;      // what has been read aloud is not read again
    this.text = text;
    this.root.replaceChildren(...said.map(sentence => paragraph(sentence)));
  }
}

// What is known of the chosen word and head, or null if another has been chosen meanwhile.
class Teller {
  constructor(page) {
    this.page = page;
    this.asked = 0;
  }

  async tell() {
    const {page} = this;
    const mine = ++this.asked;
    const stale = () => mine !== this.asked;
    const recording = page.first;
    if (recording.length === 0) return null;
    const {position} = page;
    const story = await recording.story(position);
    if (stale() || !story) return null;
    this.open(story);
    const head = {layer: page.state.layer, head: page.state.head};
    const off = page.off.map(headOf);
    const ranked = story.effects ? byEffect(story) : Array.from({length: recording.heads}, (_, each) => ({layer: head.layer, head: each}));
    const shown = headsToShow(recording, ranked, [head, ...off], page.state.allHeads);
    const others = deciding(story).slice(0, 3);
    const temperature = recording.asks && position === recording.length - 1 ? page.state.temperature : 1;
    const changed = off.length > 0 || temperature !== 1;
    const [now, rows] = await Promise.all([changed ? recording.without(off, position, temperature) : null, rowsOf(recording, position, [...shown, ...others, head])]);
    if (stale()) return null;
    return {...story, recording, words: wordsIn(recording), position, head, rows, off, temperature, now, shown, stale};
  }

  // Chooses the head that carries the answer, unless a person has chosen one.
  open(story) {
    const {page} = this;
    if (page.state.chosen || !story.strongest) return;
    const {layer, head} = story.strongest;
    this.opening = true;
    page.change({layer, head});
    this.opening = false;
  }
}

// Which of several texts, models or steps is shown.
function choiceOf(page) {
  const select = element("select", {}, ...page.recordings.map(({label, index}) => element("option", {value: index, textContent: label})));
  select.addEventListener("change", () => page.change({recording: +select.value}));
  const root = element("label", {className: "choice", hidden: page.recordings.length < 2}, "Recording", select);
  return {root, show: () => { select.value = page.state.recording; }};
}

// `goOn` continues the text by a word, on a page where that can be done.
export function showFirst(page, {goOn = null} = {}) {
  const teller = new Teller(page);
  const choice = choiceOf(page);
  const [chips, story, answer, flow, switches] = [new Chips(page, goOn), new Story(), new Answer(page, goOn), new FlowCards(page), new Switches(page)];
  const byHand = new ByHand();
  const steps = new Steps(page, told => chips.show(told), byHand.root);
  const swap = new Swap(page, chips);
  const views = [choice, chips, story, answer, switches, swap];
  byId("first").append(choice.root, chips.root, swap.root, element("div", {className: "told"}, story.root, answer.root), steps.root, flow.root, switches.root, byHand.root);

  async function show() {
    if (page.state.tab !== "first") return page.told;
    try {
      return await tellAndShow();
    } catch (error) {
      if (error.told) return null;   // where the server was asked
      throw error;
    }
  }

  async function tellAndShow() {
    const told = await teller.tell();
    if (!told) return null;
    views.forEach(view => view.show(told));
    const computation = await told.recording.computation(told.position, told.head.layer, told.head.head);
    if (told.stale()) return null;
    flow.show({...told, computation});
    steps.show({...told, computation});
    return told;
  }

  // What the screen is about: maps also arrive for what it shows already.
  const subject = () => [page.first, page.first.length && page.position, page.dark, ...["layer", "head", "off", "temperature", "allHeads", "tab"].map(name => page.state[name])];
  let about = subject();

  page.watch(changed => {
    if (teller.opening) {
      about = subject();
      return;
    }
    if ((changed.has("layer") || changed.has("head")) && !page.state.chosen) page.state.chosen = true;
    const now = subject();
    if (now.every((each, i) => each === about[i])) return;
    about = now;
    page.told = show();
  });
  page.told = show();
}
