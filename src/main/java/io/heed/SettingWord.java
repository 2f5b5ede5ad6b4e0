package io.heed;

/**
 * A word that a setting may have as its value, with the word's meaning; the setting's explanation consists of these.
 */
public interface SettingWord {

    /** The meaning, in a few words. */
    String meaning();
}
