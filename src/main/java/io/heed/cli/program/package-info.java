/** What every program of commands needs: its command line, and the reports of failures. */
@NullMarked
package io.heed.cli.program;

import org.jspecify.annotations.NullMarked;
