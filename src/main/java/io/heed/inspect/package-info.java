/** What a model's attention does: traces recorded, measured, written and drawn. */
@NullMarked
package io.heed.inspect;

import org.jspecify.annotations.NullMarked;
