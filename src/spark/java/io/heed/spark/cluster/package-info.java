/** The cluster that a command runs on, and what its executors need: jars and the engine. */
@NullMarked
package io.heed.spark.cluster;

import org.jspecify.annotations.NullMarked;
