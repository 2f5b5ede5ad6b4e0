/** Experiments on what a prediction depends on: ablation, patching, attribution, the logit lens. */
@NullMarked
package io.heed.inspect.evidence;

import org.jspecify.annotations.NullMarked;
