package io.heed.text;

import java.util.Arrays;
import java.util.Iterator;

/** A growing list of ids or other small numbers. */
public final class IdList {

    private int[] ids;
    private int size;

    public IdList(int capacity) {
        ids = new int[capacity];
    }

    public void add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size + 16);
        }
        ids[size++] = id;
    }

    public void addAll(long[] some) {
        for (long id : some) {
            add((int) id);
        }
    }

    /** Replaces each occurrence of an id, from an index on, by the next of the others. */
    public void replace(int from, int id, Iterator<long[]> others) {
        int[] rest = Arrays.copyOfRange(ids, from, size);
        size = from;
        for (int old : rest) {
            if (old == id) {
                addAll(others.next());
            } else {
                add(old);
            }
        }
    }

    public int size() {
        return size;
    }

    public int get(int index) {
        return ids[index];
    }

    /** Truncates the list. */
    public void cut(int size) {
        this.size = size;
    }
}
