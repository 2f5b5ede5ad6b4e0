// What passes through all layers up to one: attention rollout, and attention flow.
import {place} from "./maps.js";

const breathe = () => new Promise(resolve => setTimeout(resolve));   // keeps the page responsive
const made = new WeakMap();

function once(recording, name, make) {
  if (!made.has(recording)) made.set(recording, new Map());
  const own = made.get(recording);
  if (!own.has(name)) own.set(name, make());
  return own.get(name);
}

// A layer's weights, the mean of its heads, and the residual connection in equal parts: (T,T), rows sum to one.
function withResidual(recording, layer) {
  return once(recording, `residual ${layer}`, async () => {
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

// How much of each start is left in each position after a layer (Abnar and Zuidema 2020).
export function rollout(recording, layer) {
  return once(recording, `rollout ${layer}`, async () => {
    const passed = await withResidual(recording, layer);
    return layer === 0 ? passed : product(passed, await rollout(recording, layer - 1), recording.length);
  });
}

// The maximum flow from a position after a layer down to one at the start, with the same numbers as capacities: along shortest paths with
// capacity left, all of one length at a time (Dinic 1970).
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

  // The capacity of each arc: those down to each position, then those back up against a flow.
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

// The flow of a recording up to a layer. It is slow, so it is computed pair by pair, the row in view first.
class Flow {
  constructor(room, {length}) {
    this.pipes = new Pipes(room, length);
    this.rows = new Set(Array.from({length}, (_, i) => length - 1 - i));   // those still to do
    this.values = new Float32Array(place(length, 0));
    this.row = 0;
    this.at = 0;
    this.going = false;
  }

  // Computes the flow between the next two positions; `wanted` is the row to do next.
  go(wanted) {
    if (this.at === 0) this.row = this.rows.has(wanted) ? wanted : [...this.rows][0];
    this.values[place(this.row, this.at)] = this.pipes.between(this.row, this.at);
    this.at = this.at === this.row ? 0 : this.at + 1;
    if (this.at === 0) this.rows.delete(this.row);
  }

  get done() {
    return this.rows.size === 0;
  }
}

export const MOST_PIPES = 50_000;
export const pipes = recording => recording.layers * place(recording.length, 0);

export function flow(recording, layer) {
  return once(recording, `flow ${layer}`, async () => {
    const room = [];
    for (let below = 0; below <= layer; below++) room.push(await withResidual(recording, below));
    return new Flow(room, recording);
  });
}
