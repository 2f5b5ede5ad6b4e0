/** How well a model predicts or translates whole files. */
@NullMarked
package io.heed.predict.evaluation;

import org.jspecify.annotations.NullMarked;
