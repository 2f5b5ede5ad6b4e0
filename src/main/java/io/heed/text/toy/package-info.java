/** The toy corpora: sentences of two small grammars for which it is known what attention has to find. */
@NullMarked
package io.heed.text.toy;

import org.jspecify.annotations.NullMarked;
