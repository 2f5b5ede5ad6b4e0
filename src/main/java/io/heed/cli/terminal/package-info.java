/** The terminal: its width and colours, bars, tables, input lines, Ctrl-C. */
@NullMarked
package io.heed.cli.terminal;

import org.jspecify.annotations.NullMarked;
