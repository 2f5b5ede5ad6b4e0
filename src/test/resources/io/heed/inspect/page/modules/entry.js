// Imports from three modules, two of which import from one.
import {left, kept} from "./left.js";
import {right as other, Right} from "./deep/right.js";
import {total} from "./shared.js";

const own = "entry";
log.push([own, left(3), other(), new Right().value, kept].join(" "));
