/** The commands: each class parses its arguments, makes one call and prints. */
@NullMarked
package io.heed.cli;

import org.jspecify.annotations.NullMarked;
