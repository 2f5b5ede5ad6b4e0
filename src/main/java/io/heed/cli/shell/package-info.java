/** What shells and manuals know of the commands: completions and the manual page, made from picocli's model of them. */
@NullMarked
package io.heed.cli.shell;

import org.jspecify.annotations.NullMarked;
