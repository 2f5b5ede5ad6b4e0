// Requests to the server.
const KEPT = "heed-token";
let token = sessionStorage.getItem(KEPT) ?? "";

export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

// `getToken(wrong)` asks a person for the token.
export function connect(getToken) {
  let asking = null;

  async function send(path, body, signal) {
    const headers = {"Content-Type": "application/json", ...token ? {Authorization: `Bearer ${token}`} : {}};
    const sent = token;
    const answer = await fetch(path, {method: "POST", headers, body: JSON.stringify(body), signal});
    if (answer.status === 401) {
      if (sent === token) {
        asking ??= getToken(token !== "").then(given => {
          token = given;
          sessionStorage.setItem(KEPT, token);
        }).finally(() => asking = null);
        await asking;
      }
      return send(path, body, signal);
    }
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({detail: `the server answered with ${answer.status}`}));
      throw new Refused(answer.status, problem.detail);
    }
    return answer;
  }

  return {
    predict: async (text, signal, ablate = [], temperature = 1) =>
      (await send("api/predict", {text, top: 12, pieces: true, temperature, ...ablate.length > 0 ? {ablate} : {}}, signal)).json(),
    trace: async (text, question, signal) => (await send("api/trace", {text, ...question}, signal)).json(),
    attention: async (text, layer, signal) => (await send("api/attention", {text, layer}, signal)).json(),
    compare: async (text, other, signal) => (await send("api/compare", {text, other}, signal)).json(),
    facts: async () => (await fetch("healthz")).json(),

    // Yields each event as [name, data].
    async *generate(question, signal) {
      const answer = await send("api/generate", question, signal);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        text += part.value;
        const events = text.split("\n\n");
        text = events.pop();
        for (const event of events) {
          const [, name, data] = event.match(/^event: (.*)\ndata: (.*)$/);
          yield [name, JSON.parse(data)];
        }
      }
    },
  };
}
