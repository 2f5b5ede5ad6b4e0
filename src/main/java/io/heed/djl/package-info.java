/** Heed's models where DJL looks for models: loaded by a {@code Criteria}, asked through a {@code Predictor}. */
@NullMarked
package io.heed.djl;

import org.jspecify.annotations.NullMarked;
