/** Texts that tasks cut into shards of ids, for training on many machines. */
@NullMarked
package io.heed.spark.corpus;

import org.jspecify.annotations.NullMarked;
