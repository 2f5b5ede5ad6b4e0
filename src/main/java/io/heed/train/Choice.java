package io.heed.train;

/** A word that a setting may be, and that tells what it means: such a setting means what its words do. */
interface Choice {

    /** The meaning, in a few words. */
    String meaning();
}
