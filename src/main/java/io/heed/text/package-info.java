/** Text: files, lines, characters, and how text is shown. */
@NullMarked
package io.heed.text;

import org.jspecify.annotations.NullMarked;
