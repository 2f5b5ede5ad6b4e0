// What a map can hold: a head's attention, that attention by what it moves, or what all layers up to one pass on together.
const breathe = () => new Promise(resolve => setTimeout(resolve));
const wholeCache = new Map();
function once(name, make) {
  if (!wholeCache.has(name)) wholeCache.set(name, make());
  return wholeCache.get(name);
}

// A layer's weights, the mean of its heads, and the residual connection in equal parts: (T,T), rows sum to one.
function withResidual(recording, layer) {
  return once(`residual ${recording.index} ${layer}`, async () => {
    await recording.load(layer);
    const {length, heads} = recording;
    const sum = new Float64Array(length * length);
    for (let head = 0; head < heads; head++) {
      const weights = recording.weights(layer, head);
      for (let query = 0, at = 0; query < length; query++) {
        for (let key = 0; key <= query; key++, at++) sum[query * length + key] += weights[at] / (2 * heads);
      }
    }
    for (let position = 0; position < length; position++) sum[position * length + position] += .5;
    await breathe();
    return sum;
  });
}

function product(left, right, length) {
  const made = new Float64Array(length * length);
  for (let row = 0; row < length; row++) {
    for (let middle = 0; middle <= row; middle++) {
      const share = left[row * length + middle];
      for (let column = 0; column <= middle; column++) made[row * length + column] += share * right[middle * length + column];
    }
  }
  return made;
}

// How much of each beginning is left in each position after a layer (Abnar and Zuidema 2020).
function rollout(recording, layer) {
  return once(`rollout ${recording.index} ${layer}`, async () => {
    const passed = await withResidual(recording, layer);
    return layer === 0 ? passed : product(passed, await rollout(recording, layer - 1), recording.length);
  });
}

// The most that can flow from one position after a layer down to one at the beginning, the same numbers being the room in pipes: along
// shortest paths with room left, all of one length at a time (Dinic 1970).
const NOTHING = 1e-9;
class Pipes {
  constructor(room, length) {
    this.room = room;
    this.length = length;
    this.used = room.map(each => new Float64Array(each.length));
    this.level = new Int32Array((room.length + 1) * length);
    this.next = new Int32Array(this.level.length);
  }

  between(end, start) {
    this.used.forEach(each => each.fill(0));
    const [source, sink] = [this.room.length * this.length + end, start];
    let flow = 0;
    while (this.levels(source, sink, start, end)) {
      this.next.fill(0);
      for (let more; (more = this.push(source, sink, Infinity, start, end)) > NOTHING;) flow += more;
    }
    return flow;
  }

  // What an arc has room for: those down to each position, then those back up against a flow.
  left(node, position, other, up) {
    const height = (node - position) / this.length;
    if (up) return height < this.room.length && other >= position ? this.used[height][other * this.length + position] : 0;
    const pipe = position * this.length + other;
    return height > 0 && other <= position ? this.room[height - 1][pipe] - this.used[height - 1][pipe] : 0;
  }

  levels(source, sink, start, end) {
    this.level.fill(-1);
    this.level[source] = 0;
    const queue = [source];
    for (const node of queue) {
      const position = node % this.length;
      for (const up of [false, true]) {
        for (let other = start; other <= end; other++) {
          const to = node - position + (up ? this.length : -this.length) + other;
          if (this.left(node, position, other, up) > NOTHING && this.level[to] < 0) {
            this.level[to] = this.level[node] + 1;
            queue.push(to);
          }
        }
      }
    }
    return this.level[sink] >= 0;
  }

  push(node, sink, amount, start, end) {
    if (node === sink) return amount;
    const position = node % this.length;
    const count = end - start + 1;
    for (; this.next[node] < 2 * count; this.next[node]++) {
      const up = this.next[node] >= count;
      const other = start + this.next[node] % count;
      const room = this.left(node, position, other, up);
      const to = node - position + (up ? this.length : -this.length) + other;
      if (room <= NOTHING || this.level[to] !== this.level[node] + 1) continue;
      const pushed = this.push(to, sink, Math.min(amount, room), start, end);
      if (pushed > NOTHING) {
        const height = (node - position) / this.length;
        if (up) this.used[height][other * this.length + position] -= pushed;
        else this.used[height - 1][position * this.length + other] += pushed;
        return pushed;
      }
    }
    return 0;
  }
}

// Flow takes a while: rows come one after the other, the chosen one first, as long as they are looked at.
const MOST_PIPES = 50_000;
const pipes = recording => recording.layers * recording.length * (recording.length + 1) / 2;
const flows = new Map();
const flowOf = ({recording, layer}) => flows.get(`${recording.index} ${layer}`);

async function flow(recording, layer) {
  const room = [];
  for (let below = 0; below <= layer; below++) room.push(await withResidual(recording, below));
  const {length} = recording;
  const name = `${recording.index} ${layer}`;
  if (!flows.has(name)) {
    const rows = new Set(Array.from({length}, (_, i) => length - 1 - i));
    flows.set(name, {graph: new Pipes(room, length), rows, row: 0, at: 0, values: new Float32Array(length * (length + 1) / 2), going: false});
  }
  return flows.get(name);
}

async function goOn(job, layer) {
  if (job.going) return;
  job.going = true;
  for (let started = performance.now(); job.rows.size > 0;) {
    if (job.at === 0) job.row = job.rows.has(state.query) ? state.query : [...job.rows][0];
    job.values[place(job.row, job.at)] = job.graph.between(job.row, job.at);
    job.at = job.at === job.row ? 0 : job.at + 1;
    if (job.at === 0) job.rows.delete(job.row);
    if (performance.now() - started < 30 && job.rows.size > 0) continue;
    if (state.what !== "flow" || state.layer !== layer) break;
    if (job.rows.size === 0) await showMaps();
    else panels.slice(0, current.length).forEach(panel => panel.grow());
    await breathe();
    started = performance.now();
  }
  job.going = false;
}

const triangular = (square, length) => {
  const values = new Float32Array(length * (length + 1) / 2);
  for (let query = 0, at = 0; query < length; query++) {
    for (let key = 0; key <= query; key++, at++) values[at] = square[query * length + key];
  }
  return values;
};

const kinds = {
  attention: {
    name: "attention", number: "weight", file: "weight", merges: true, there: () => true,
    values: (recording, layer, head) => recording.weights(layer, head),
    title: nameOf, note: "", axes: ["reads", "is read"], verb: "reads", row: token => `What ${token} reads`, column: token => `Who reads ${token}`,
  },
  value: {
    name: "value-weighted", number: "a·‖v·W_O‖", file: "value_weighted", merges: true, lengths: true, there: recording => recording.valueLengths,
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
    values: async (recording, layer) => {
      const job = await flow(recording, layer);
      setTimeout(() => goOn(job, layer));
      return job.values;
    },
    title: layer => `flow up to layer ${layer}`,
    note: "The most that can flow from each beginning (column) to each position (row) through pipes as wide as (A/2 + I/2) of each layer, A the "
      + "mean of its heads. Choose a layer by any of its heads.",
    axes: ["position", "beginning"], verb: "can get from", row: token => `What can flow to ${token}`, column: token => `Where ${token} can flow`,
  },
};
