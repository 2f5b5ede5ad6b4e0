/** GGUF files, the model format of llama.cpp and the programs built on it. */
@NullMarked
package io.heed.checkpoint.gguf;

import org.jspecify.annotations.NullMarked;
