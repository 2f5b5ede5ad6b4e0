/** Text: its files, its lines and characters, how it is shown. */
@NullMarked
package io.heed.text;

import org.jspecify.annotations.NullMarked;
