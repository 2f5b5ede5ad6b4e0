// The colours of maps. Each scale can be read by lightness alone; a difference is blue and orange, which colour-blind readers can tell
// apart too.
export const palettes = {
  light: {
    paper: "#ffffff", ink: "#1d2530", soft: "#5b6675", mark: "#b3400a", hidden: [241, 243, 246], grid: "#e3e7ed",
    scale: [[255, 255, 255], [198, 219, 239], [107, 174, 214], [33, 113, 181], [8, 48, 107]],
    less: [[255, 255, 255], [253, 208, 162], [253, 141, 60], [217, 72, 1], [127, 39, 4]],
  },
  dark: {
    paper: "#12171f", ink: "#e6ebf2", soft: "#9aa7b8", mark: "#fb923c", hidden: [27, 33, 43], grid: "#232c39",
    scale: [[18, 23, 31], [24, 58, 104], [42, 112, 176], [126, 186, 222], [255, 246, 204]],
    less: [[18, 23, 31], [92, 44, 16], [176, 82, 22], [247, 150, 74], [255, 226, 190]],
  },
};

const steps = new Map();

// A scale's colours in 256 steps, computed once.
function stepsOf(stops) {
  if (!steps.has(stops)) {
    steps.set(stops, Array.from({length: 256}, (_, step) => {
      const at = step / 255 * (stops.length - 1);
      const below = Math.min(stops.length - 2, Math.floor(at));
      return stops[below].map((from, channel) => Math.round(from + (at - below) * (stops[below + 1][channel] - from)));
    }));
  }
  return steps.get(stops);
}

// The colour of a scale at a place from 0 to 1.
export const colourAt = (stops, strength) => stepsOf(stops)[Math.round(255 * Math.min(1, strength))];

export const css = rgb => `rgb(${rgb.join(",")})`;
export const luminance = rgb => (.299 * rgb[0] + .587 * rgb[1] + .114 * rgb[2]) / 255;
