/** What commands print, one class a result. */
@NullMarked
package io.heed.cli.print;

import org.jspecify.annotations.NullMarked;
