package io.heed.text;

import java.util.Arrays;

/** Ids as they come, or other small numbers. */
final class IdList {

    private int[] ids;
    private int size;

    IdList(int capacity) {
        ids = new int[capacity];
    }

    void add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size + 16);
        }
        ids[size++] = id;
    }

    void addAll(long[] some) {
        for (long id : some) {
            add((int) id);
        }
    }

    int size() {
        return size;
    }

    int get(int index) {
        return ids[index];
    }

    /** Forgets all but the first so many. */
    void cut(int size) {
        this.size = size;
    }
}
