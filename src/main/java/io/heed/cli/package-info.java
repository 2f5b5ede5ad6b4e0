/** The commands: each class parses its arguments, calls one thing and prints. */
@NullMarked
package io.heed.cli;

import org.jspecify.annotations.NullMarked;
