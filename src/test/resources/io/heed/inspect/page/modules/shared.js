const own = "shared";
let sum = 5;
log.push(own);
export const total = () => sum;
export function add(more) {
  sum += more;
  return sum;
}
