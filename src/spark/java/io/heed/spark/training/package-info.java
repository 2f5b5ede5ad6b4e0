/** Training on Spark: a round of local steps is one job, after which the driver takes the outer step. */
@NullMarked
package io.heed.spark.training;

import org.jspecify.annotations.NullMarked;
