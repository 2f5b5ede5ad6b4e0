import {total, add} from "../shared.js";

const own = "right";
log.push(`${own} ${add(3)}`);
export const right = () => `${own} of ${total()}`;
export class Right {
  get value() {
    return total();
  }
}
