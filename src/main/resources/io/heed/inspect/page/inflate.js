// The bytes that an element of the page holds: a zlib stream in Base85.
import {bytesOf} from "./pure/base85.js";

export async function inflate(id) {
  const bytes = bytesOf(document.getElementById(id).textContent);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
