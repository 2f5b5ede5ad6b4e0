/** Many runs of one configuration. */
@NullMarked
package io.heed.train.sweep;

import org.jspecify.annotations.NullMarked;
