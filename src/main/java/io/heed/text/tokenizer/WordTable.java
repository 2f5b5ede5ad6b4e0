package io.heed.text.tokenizer;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A hash table from words, as bytes of UTF-8, to numbers, without an object for each word. */
final class WordTable implements Serializable {

    private byte[] letters = new byte[1 << 12];
    private int[] starts = new int[1 << 9];
    private int[] hashes = new int[1 << 9];
    private long[] numbers = new long[1 << 9];
    private int[] slots = new int[1 << 10]; // a word's index plus one; 0 if empty
    private int size;

    /** The number of words. */
    int size() {
        return size;
    }

    /** The hash of a word, which can be computed byte by byte: 0, then 31·hash + byte. */
    static int hash(byte[] word, int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + word[i];
        }
        return hash;
    }

    /** The index of a word, or -1. */
    int find(byte[] word, int length, int hash) {
        return find(word, 0, length, hash);
    }

    /** The same of a word within a text. */
    int find(byte[] text, int from, int length, int hash) {
        return slots[slot(text, from, length, hash)] - 1;
    }

    /** The index of a word, which is added with the number 0 if it is new. */
    int add(byte[] word, int length, int hash) {
        return add(word, 0, length, hash);
    }

    /** The same of a word within a text. */
    int add(byte[] word, int from, int length, int hash) {
        int slot = slot(word, from, length, hash);
        if (slots[slot] > 0) {
            return slots[slot] - 1;
        }
        if (size + 2 > starts.length) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
            hashes = Arrays.copyOf(hashes, starts.length);
            numbers = Arrays.copyOf(numbers, starts.length);
            slots = new int[2 * starts.length];
            for (int i = 0; i < size; i++) {
                slots[slot(letters, starts[i], starts[i + 1] - starts[i], hashes[i])] = i + 1;
            }
            slot = slot(word, from, length, hash);
        }
        int start = starts[size];
        if (start + length > letters.length) {
            letters = Arrays.copyOf(letters, Math.max(start + length, letters.length + letters.length / 2));
        }
        System.arraycopy(word, from, letters, start, length);
        hashes[size] = hash;
        starts[size + 1] = start + length;
        slots[slot] = ++size;
        return size - 1;
    }

    /** The slot of a word, or the one to put it in. */
    private int slot(byte[] word, int from, int length, int hash) {
        int mask = slots.length - 1;
        int slot = ((hash * 0x9E3779B9) >>> 7) & mask;
        while (slots[slot] > 0 && !is(slots[slot] - 1, word, from, length, hash)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean is(int index, byte[] word, int from, int length, int hash) {
        int start = starts[index];
        if (hashes[index] != hash || starts[index + 1] - start != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (letters[start + i] != word[from + i]) {
                return false;
            }
        }
        return true;
    }

    /** The number of a word. */
    long number(int index) {
        return numbers[index];
    }

    /** Sets the number of a word. */
    void set(int index, long number) {
        numbers[index] = number;
    }

    /** Adds another table's numbers to this one's. */
    void addAll(WordTable other, long least) {
        for (int i = 0; i < other.size; i++) {
            if (other.numbers[i] >= least) {
                int start = other.starts[i];
                int index = add(
                        other.letters, start, other.starts[i + 1] - start, other.hashes[i]); // may reallocate numbers
                numbers[index] += other.numbers[i];
            }
        }
    }

    /** A word. */
    String word(int index) {
        int start = starts[index];
        return new String(letters, start, starts[index + 1] - start, StandardCharsets.UTF_8);
    }

    private Object writeReplace() {
        return new Written(
                Arrays.copyOf(letters, starts[size]), Arrays.copyOf(starts, size + 1), Arrays.copyOf(numbers, size));
    }

    /** What a table is sent as: its words one after another, where each starts, and their numbers. */
    private record Written(byte[] letters, int[] starts, long[] numbers) implements Serializable {
        private Object readResolve() {
            WordTable table = new WordTable();
            for (int i = 0; i < numbers.length; i++) {
                byte[] word = Arrays.copyOfRange(letters, starts[i], starts[i + 1]);
                table.set(table.add(word, word.length, hash(word, word.length)), numbers[i]);
            }
            return table;
        }
    }
}
