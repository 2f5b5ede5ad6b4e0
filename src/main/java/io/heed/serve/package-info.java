/** The server: what every site on it shares, from the socket to the errors. */
@NullMarked
package io.heed.serve;

import org.jspecify.annotations.NullMarked;
