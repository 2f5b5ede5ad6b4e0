/** GGUF files, in which llama.cpp and what is built on it keep models. */
@NullMarked
package io.heed.checkpoint.gguf;

import org.jspecify.annotations.NullMarked;
