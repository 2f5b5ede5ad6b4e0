/** Heed's models for DJL: loaded by a {@code Criteria}, queried through a {@code Predictor}. */
@NullMarked
package io.heed.djl;

import org.jspecify.annotations.NullMarked;
