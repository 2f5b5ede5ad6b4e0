/** Files of any file system that Hadoop knows. */
@NullMarked
package io.heed.spark.hadoop;

import org.jspecify.annotations.NullMarked;
