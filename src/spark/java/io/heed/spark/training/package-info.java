/** Training on Spark: workers take rounds of local steps, after each of which what they reached is averaged and the driver takes the outer step. */
@NullMarked
package io.heed.spark.training;

import org.jspecify.annotations.NullMarked;
