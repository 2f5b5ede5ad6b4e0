/** The configuration of a run: its settings, their meanings, and how they are read from YAML and the command line. */
@NullMarked
package io.heed.config;

import org.jspecify.annotations.NullMarked;
