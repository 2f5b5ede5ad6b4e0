// The page of a run that trains: its events come from the server, which also controls it.
import {byId} from "../inspect/page/elements.js";
import {eventsOf, get, Refused} from "../inspect/page/server.js";
import {Controls} from "./controls.js";
import {LONGEST, pauseAfter} from "./pure/asking.js";
import {showRun} from "./run-page.js";

const {watch} = showRun();
const controls = new Controls(watch);

const pause = time => new Promise(done => setTimeout(done, time));

// The server tells everything again to whoever asks anew.
async function listen() {
  const answer = await get("api/events");
  watch.forget();
  controls.tell("");
  for await (const [, event] of eventsOf(answer)) watch.take(event);
}

async function follow() {
  for (let attempts = 0; ; attempts++) {
    const from = performance.now();
    try {
      await listen();
    } catch (error) {
      if (error instanceof Refused) {
        watch.lose();
        controls.tell(error.message);
        return;
      }
    }
    if (watch.run.ended) return;
    watch.lose();
    controls.tell("The training program does not answer.");
    if (performance.now() - from > LONGEST) attempts = 0;
    await pause(pauseAfter(attempts));
  }
}

byId("probing").hidden = false;
follow();
