/** Reads datasets of texts with a model, task by task: predictions, evaluations and maps of attention as Parquet. */
@NullMarked
package io.heed.spark.reading;

import org.jspecify.annotations.NullMarked;
