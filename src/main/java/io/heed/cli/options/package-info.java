/** Options and arguments that several commands have. */
@NullMarked
package io.heed.cli.options;

import org.jspecify.annotations.NullMarked;
