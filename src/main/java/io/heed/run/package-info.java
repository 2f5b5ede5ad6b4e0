/** What a run leaves and tells: its folder, its checkpoint, its losses and metrics, what stands of past runs. */
@NullMarked
package io.heed.run;

import org.jspecify.annotations.NullMarked;
