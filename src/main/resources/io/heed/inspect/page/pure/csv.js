// The shown maps as comma-separated values (RFC 4180), one row per pair.
import {kinds} from "./kinds.js";
import {place} from "./maps.js";
import {exact} from "./numbers.js";

export function csv(page) {
  const {maps} = page;
  const quoted = text => `"${text.replaceAll('"', '""')}"`;
  const kind = kinds[maps[0].what];
  const scored = page.numbers.scores && !page.wordsMerged && !maps[0].signed && !kind.whole;
  const numbers = maps[0].signed ? ["difference"] : [kind.file, ...scored ? ["score"] : []];
  const rows = [["recording", "layer", "head", "query", "query_token", "key", "key_token", ...numbers]];
  for (const map of maps) {
    const name = quoted(map.signed ? map.title : map.recording.label);
    map.units.forEach((reader, query) => {
      for (let key = 0; key <= query; key++) {
        const value = page.known(map.values[place(query, key)]);
        const score = scored ? [exact(map.recording.score(map.layer, map.head, query, key))] : [];
        rows.push([name, map.layer, kind.whole ? "" : map.head, query, quoted(reader.spelled), key, quoted(map.units[key].spelled), value, ...score]);
      }
    });
  }
  return rows.map(row => row.join(",") + "\r\n").join("");
}
