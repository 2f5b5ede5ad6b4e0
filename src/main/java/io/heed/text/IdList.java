package io.heed.text;

import java.util.Arrays;
import java.util.Iterator;

/** Ids as they come, or other small numbers. */
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

    /** Puts other ids, from a place on, where a certain one stands: for each of them the next some. */
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

    /** Forgets all but the first so many. */
    public void cut(int size) {
        this.size = size;
    }
}
