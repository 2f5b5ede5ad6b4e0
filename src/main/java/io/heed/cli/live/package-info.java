/** What a person at this machine takes part in while it happens: the page of a run, a text word by word. */
@NullMarked
package io.heed.cli.live;

import org.jspecify.annotations.NullMarked;
