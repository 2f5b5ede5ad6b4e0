/** The output of commands, one class per result. */
@NullMarked
package io.heed.cli.print;

import org.jspecify.annotations.NullMarked;
