// Requests to the server, which may ask for a token.
import {byId} from "./elements.js";

const KEPT = "heed-token";
let token = sessionStorage.getItem(KEPT) ?? "";

export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

// Asks a person for the token; `wrong` says whether the last one was.
function askForToken(wrong) {
  const dialog = byId("ask");
  byId("ask-wrong").textContent = wrong ? "Wrong token." : "";
  byId("token").value = "";
  dialog.showModal();
  return new Promise((resolve, reject) => {
    dialog.onclose = () => reject(new Refused(401, "the server answers only with the token"));
    byId("ask-form").onsubmit = event => {
      event.preventDefault();
      dialog.onclose = null;
      dialog.close();
      resolve(byId("token").value);
    };
  });
}

let asking = null;

async function send(path, request, signal) {
  const headers = {...request.headers, ...token ? {Authorization: `Bearer ${token}`} : {}};
  const sent = token;
  const answer = await fetch(path, {...request, headers, signal});
  if (answer.status === 401) {
    if (sent === token) {
      asking ??= askForToken(token !== "").then(given => {
        token = given;
        sessionStorage.setItem(KEPT, token);
      }).finally(() => asking = null);
      await asking;
    }
    return send(path, request, signal);
  }
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({detail: `the server answered with ${answer.status}`}));
    throw new Refused(answer.status, problem.detail);
  }
  return answer;
}

export const get = (path, signal) => send(path, {}, signal);

export const post = (path, body, signal) => send(path, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)}, signal);

// Yields each server-sent event of an answer as [name, data]; the name is "" where it has none.
export async function* eventsOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    const events = text.split("\n\n");
    text = events.pop();
    for (const event of events) {
      const data = event.match(/^data: (.*)$/m);
      if (data) yield [event.match(/^event: (.*)$/m)?.[1] ?? "", JSON.parse(data[1])];
    }
  }
}
