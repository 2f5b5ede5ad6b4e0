// The page of a run whose events are in the file.
import {byId} from "../inspect/page/elements.js";
import {inflate} from "../inspect/page/inflate.js";
import {showRun} from "./run-page.js";

const {watch} = showRun();
byId("follow").hidden = true;
inflate("events").then(bytes => {
  for (const line of new TextDecoder().decode(bytes).split("\n")) if (line !== "") watch.take(JSON.parse(line));
});
