/** The kinds of Hugging Face model folders, and the meaning of their keys and tensors. */
@NullMarked
package io.heed.checkpoint.family;

import org.jspecify.annotations.NullMarked;
