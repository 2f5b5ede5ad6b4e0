/** The terminal: its width and colours, bars, tables, lines that a person enters, Ctrl-C. */
@NullMarked
package io.heed.cli.terminal;

import org.jspecify.annotations.NullMarked;
