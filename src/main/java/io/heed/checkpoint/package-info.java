/** Model folders and their files on disk. */
@NullMarked
package io.heed.checkpoint;

import org.jspecify.annotations.NullMarked;
