// What a map can show: a head's attention, that attention weighted by what it moves, or what passes through all layers up to one.
import {nameOf} from "./heads.js";
import {flow, MOST_PIPES, pipes, rollout} from "./flow.js";
import {triangular} from "./maps.js";

export const kinds = {
  attention: {
    name: "attention", number: "weight", file: "weight", merges: true, there: () => true,
    values: (recording, layer, head) => recording.weights(layer, head),
    title: nameOf, note: "", axes: ["reads", "is read"], verb: "reads", row: token => `What ${token} reads`, column: token => `Who reads ${token}`,
  },
  value: {
    name: "value-weighted", number: "a·‖v·W_O‖", file: "value_weighted", merges: true, lengths: true, there: recording => recording.valueLengths,
    unavailable: "not in this page",
    values: (recording, layer, head) => {
      const lengths = recording.lengthsOf(layer, head);
      const values = recording.weights(layer, head).slice();
      for (let query = 0, at = 0; query < recording.length; query++) {
        for (let key = 0; key <= query; key++, at++) values[at] *= lengths[key];
      }
      return values;
    },
    title: (layer, head) => `${nameOf(layer, head)}, value-weighted`,
    note: "a·‖v·W_O‖: the weight times the length of what the key's value, through the output projection, adds to the residual stream.",
    axes: ["reads", "is read"], verb: "is written to by", row: token => `What each key writes to ${token}`, column: token => `What ${token} writes`,
  },
  rollout: {
    name: "rollout, all heads", number: "share", file: "rollout", merges: true, whole: true, there: () => true,
    values: async (recording, layer) => triangular(await rollout(recording, layer), recording.length),
    title: layer => `rollout up to layer ${layer}`,
    note: "How much of each beginning (column) is left in each position (row): (A/2 + I/2) of each layer, A the mean of its heads, multiplied "
      + "up to this layer. Choose a layer by any of its heads.",
    axes: ["position", "beginning"], verb: "has left of", row: token => `What is left in ${token}`, column: token => `Where ${token} is left`,
  },
  flow: {
    name: "flow, all heads", number: "flow", file: "flow", merges: false, whole: true, there: recording => pipes(recording) <= MOST_PIPES,
    unavailable: `a text too long: more than ${MOST_PIPES} pipes`,
    values: async (recording, layer) => (await flow(recording, layer)).values,   // 0 where it has not been computed yet
    title: layer => `flow up to layer ${layer}`,
    note: "The most that can flow from each beginning (column) to each position (row) through pipes as wide as (A/2 + I/2) of each layer, A the "
      + "mean of its heads. Choose a layer by any of its heads.",
    axes: ["position", "beginning"], verb: "can get from", row: token => `What can flow to ${token}`, column: token => `Where ${token} can flow`,
  },
};
