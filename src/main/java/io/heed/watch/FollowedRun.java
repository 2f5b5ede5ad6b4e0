package io.heed.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.heed.HeedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A run that another program trains, or that has ended: passes on what is kept of it, and what is added later. A run that starts over, or
 * resumes from an earlier step, is passed on anew.
 */
public final class FollowedRun implements AutoCloseable {

    private static final int LOOK = 500; // ms

    private final Path file;
    private final RunFeed feed = new RunFeed();
    private final Thread following = new Thread(this::follow, "heed-follow");
    private byte[] last = {}; // the line that was read last, with its end
    private long position; // of what follows it

    /**
     * Reads what is kept, and starts to look for more.
     *
     * @param run the folder of the run
     * @throws HeedException if the file cannot be read
     */
    public FollowedRun(Path run) {
        file = new FrameFile(run).path();
        try {
            look();
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
        following.setDaemon(true);
        following.start();
    }

    /** What viewers see. */
    public RunFeed feed() {
        return feed;
    }

    private void follow() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                try {
                    look();
                } catch (IOException e) {
                    // such as a disk that is gone for a while
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /** Passes on the lines that have been added, or, if the last one that was read is no longer there, all. */
    void look() throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
            long length = opened.length();
            if (length == position) {
                return;
            }
            if (length < position || !Arrays.equals(last, read(opened, position - last.length, position))) {
                feed.clear();
                position = 0;
                last = new byte[0];
            }
            take(read(opened, position, length));
        } catch (FileNotFoundException e) { // also if it may not be read
            if (Files.exists(file)) {
                throw e;
            }
            // a run that starts over is about to write it
        }
    }

    private static byte[] read(RandomAccessFile file, long from, long to) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(to - from)];
        file.seek(from);
        file.readFully(bytes);
        return bytes;
    }

    private void take(byte[] added) {
        int begin = 0;
        for (int i = 0; i < added.length; i++) { // what follows the last end of a line is being written
            if (added[i] == '\n') {
                last = Arrays.copyOfRange(added, begin, i + 1);
                feed.publish(new String(last, 0, i - begin, US_ASCII), true);
                begin = i + 1;
            }
        }
        position += begin;
    }

    @Override
    public void close() {
        following.interrupt();
        feed.close();
    }
}
