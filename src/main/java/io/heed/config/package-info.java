/** What a run is configured by: its settings, how YAML and command line give them, and what each means. */
@NullMarked
package io.heed.config;

import org.jspecify.annotations.NullMarked;
