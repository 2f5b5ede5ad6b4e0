// What the page asks the server.
import {eventsOf, get, post} from "../../inspect/page/server.js";

const asked = async (path, body, signal) => (await post(path, body, signal)).json();

export const server = {
  predict: (text, signal, ablate = [], temperature = 1) =>
    asked("api/predict", {text, top: 12, pieces: true, temperature, ...ablate.length > 0 ? {ablate} : {}}, signal),
  trace: (text, question, signal) => asked("api/trace", {text, ...question}, signal),
  attention: (text, layer, signal) => asked("api/attention", {text, layer}, signal),
  compare: (text, other, signal) => asked("api/compare", {text, other}, signal),
  facts: async () => (await get("healthz")).json(),

  // Yields each event as [name, data].
  async *generate(question, signal) {
    yield* eventsOf(await post("api/generate", question, signal));
  },
};
