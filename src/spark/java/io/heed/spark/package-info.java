/** Training and reading on Apache Spark: distributes what the rest of Heed computes. */
@NullMarked
package io.heed.spark;

import org.jspecify.annotations.NullMarked;
