package io.heed.cli;

/** Entry point. */
public final class Heed {
    private Heed() {}

    /** Runs. */
    public static void main(String[] args) {
        System.out.println("heed");
    }
}
