/** The page and the HTTP API of one model. */
@NullMarked
package io.heed.serve.model;

import org.jspecify.annotations.NullMarked;
