package io.heed;

/** A word that a setting may be, and that tells what it means: such a setting means what its words do. */
public interface SettingWord {

    /** The meaning, in a few words. */
    String meaning();
}
