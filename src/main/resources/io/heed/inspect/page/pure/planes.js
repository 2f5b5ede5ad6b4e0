// Numbers as a page stores them: planes of codes, the first byte of every number first.

// The values of eight-bit codes: 255 is 1, sixteen steps halve the value, 0 is nothing.
const octaves = Float32Array.from({length: 256}, (_, code) => code === 0 ? 0 : 2 ** ((code - 255) / 16));

// Adds to the first byte of each number of a map, a triangle of so many rows, that of the number above it, of which it was stored less.
export function restored(bytes, maps, rows) {
  for (let map = 0, i = 0; map < maps; map++) {
    for (let row = 0; row < rows; row++) {
      for (let key = 0; key <= row; key++, i++) if (row > 0) bytes[i] += bytes[i - row];
    }
  }
  return bytes;
}

export class Planes {
  constructor(bytes, width) {
    this.bytes = bytes;
    this.width = width;
    this.count = bytes.length / width;
  }

  numbers(from, to) {
    const {bytes, width, count} = this;
    const bits = new Uint32Array(to - from);
    const floats = new Float32Array(bits.buffer);
    for (let i = from; i < to; i++) {
      if (width === 1) {
        floats[i - from] = octaves[bytes[i]];
      } else {
        let code = bytes[i] << 24 | bytes[i + count] << 16;
        if (width === 4) code |= bytes[i + 2 * count] << 8 | bytes[i + 3 * count];
        bits[i - from] = code >>> 1 | code << 31;   // the sign was put last
      }
    }
    return floats;
  }
}
