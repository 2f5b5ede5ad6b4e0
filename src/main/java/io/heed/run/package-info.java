/** What a run writes and reports: its folder, checkpoint, losses and metrics; and reading past runs. */
@NullMarked
package io.heed.run;

import org.jspecify.annotations.NullMarked;
