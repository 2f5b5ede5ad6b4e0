/** What the attention of a model does: traces read out, measured, written and drawn. */
@NullMarked
package io.heed.inspect;

import org.jspecify.annotations.NullMarked;
