package io.heed.spark.reading;

/**
 * What a command wrote.
 *
 * @param out the folder of Parquet files
 * @param texts the number of texts read
 * @param cut how many of them are longer than the model's context, so that only their ends were read
 * @param unknown how many of them have words that the model does not know
 */
record WrittenDataset(String out, long texts, long cut, long unknown) {}
