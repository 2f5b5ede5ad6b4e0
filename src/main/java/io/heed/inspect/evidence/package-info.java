/** What a prediction depends on, put to the test: ablation, patching, attribution, the logit lens. */
@NullMarked
package io.heed.inspect.evidence;

import org.jspecify.annotations.NullMarked;
