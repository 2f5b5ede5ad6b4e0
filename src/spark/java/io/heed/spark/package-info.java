/** The program on Spark and its commands; packages below distribute what the rest of Heed computes. */
@NullMarked
package io.heed.spark;

import org.jspecify.annotations.NullMarked;
