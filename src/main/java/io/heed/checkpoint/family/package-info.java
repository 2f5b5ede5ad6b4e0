/** The kinds of Hugging Face model folders, and what their keys and tensors mean. */
@NullMarked
package io.heed.checkpoint.family;

import org.jspecify.annotations.NullMarked;
