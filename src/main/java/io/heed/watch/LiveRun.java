package io.heed.watch;

import io.heed.HeedException;
import io.heed.run.Progress;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A run that viewers watch and steer: passes on what is kept of it, takes more frames while somebody watches, and does what they ask. Frames
 * for viewers take at most a hundredth of the time, and none while nobody watches, nor where those that are kept come often enough.
 */
public final class LiveRun implements Watcher {

    /** The share of the time that frames for viewers may take. */
    private static final double SHARE = 0.01;

    /** The least time between two states or two frames, in nanoseconds. */
    private static final long STATES = 100_000_000L;

    private static final long FRAMES = 50_000_000L;

    private final Progress progress;
    private final BooleanSupplier interrupted;
    private final RunFeed feed = new RunFeed();
    private final RunControl control = new RunControl();
    private @Nullable FrameKeeper keeper;
    private @Nullable PageAddress page;
    private long stateSent;
    private long frameEnded; // or when something was kept, which viewers see, too
    private double frameSeconds;
    private int updates;
    private double lossSum;
    private @Nullable Double loss;
    private @Nullable String probe;
    private volatile RunEvent.@Nullable State told;

    /**
     * Begins.
     *
     * @param progress told how the run progresses
     * @param interrupted whether to save and stop
     */
    public LiveRun(Progress progress, BooleanSupplier interrupted) {
        this.progress = progress;
        this.interrupted = interrupted;
    }

    /** What viewers see. */
    public RunFeed feed() {
        return feed;
    }

    /** What viewers ask. */
    public RunControl control() {
        return control;
    }

    /** Says in the run's folder, while it trains, where its page is. */
    public void shownAt(PageAddress address) {
        page = address;
    }

    /** The run has ended: no more events come, and nobody is sent to its page any more. */
    public void end() {
        if (page != null && keeper != null) {
            page.remove(keeper.folder());
        }
        feed.close();
    }

    /** Forgets the run before: another is about to start. */
    public void restart() {
        feed.clear();
        if (probe != null) {
            control.probe(probe);
        }
    }

    @Override
    public Progress progress() {
        return progress;
    }

    @Override
    public void begins(FrameKeeper frames, Moment moment) {
        keeper = frames;
        if (page != null) {
            try {
                page.write(frames.folder());
            } catch (HeedException e) {
                progress.warned("heed watch cannot find the page of this run: " + e.getMessage());
            }
        }
        control.begin(moment.rateFactor());
        told = null;
        frameEnded = System.nanoTime();
        updates = moment.updates();
        lossSum = moment.lossSum();
        loss = null;
    }

    @Override
    public void happened(String line) {
        feed.publish(line, true);
        frameEnded = System.nanoTime();
    }

    @Override
    public double waited() {
        return control.waited();
    }

    @Override
    public double rateFactor(double present) {
        return control.rate();
    }

    @Override
    public boolean looksAtLayers() {
        return control.paused();
    }

    @Override
    public boolean between(Moment moment) {
        if (interrupted.getAsBoolean()) {
            return false;
        }
        boolean asked = control.takeTouched();
        if (asked || control.paused()) {
            answer(moment);
        } else if (feed.readers() > 0) {
            show(moment);
        }
        return control.await(interrupted, () -> answer(moment));
    }

    /** Shows at once what was asked for. */
    private void answer(Moment moment) {
        readProbe(moment);
        frame(moment, true);
        state(moment);
    }

    private void show(Moment moment) {
        long now = System.nanoTime();
        if (now - frameEnded > Math.max(FRAMES, frameSeconds / SHARE * 1e9)) {
            frame(moment, false);
        }
        if (now - stateSent > STATES) {
            state(moment);
        }
    }

    private void frame(Moment moment, boolean effects) {
        FrameKeeper frames = keeper;
        if (frames != null && feed.readers() > 0) {
            long began = System.nanoTime();
            moment.see(model -> feed.publish(frames.live(moment, loss(moment), effects)));
            frameEnded = System.nanoTime();
            frameSeconds = effects ? frameSeconds : (frameEnded - began) / 1e9;
        }
    }

    /** The mean loss of the steps since the last frame or state, or what it was if there were none; null before the first. */
    private @Nullable Double loss(Moment moment) {
        int since = moment.updates() - updates;
        if (since > 0) {
            loss = (moment.lossSum() - lossSum) / since;
            updates = moment.updates();
            lossSum = moment.lossSum();
        }
        return loss;
    }

    private void readProbe(Moment moment) {
        String text = control.takeProbe();
        FrameKeeper frames = keeper;
        if (text == null || frames == null) {
            return;
        }
        try {
            frames.read(text, moment.step());
            probe = text;
        } catch (HeedException e) {
            progress.warned("the probe cannot be read: " + e.getMessage());
        }
    }

    private void state(Moment moment) {
        stateSent = System.nanoTime();
        var speed = moment.speed();
        told = state(moment.step(), loss(moment), speed.tokensPerSecond(), speed.seconds());
        feed.publish(told);
    }

    private RunEvent.State state(int step, @Nullable Double loss, double tokensPerSecond, double seconds) {
        return new RunEvent.State(
                step,
                control.paused(),
                control.stepsPerSecond(),
                control.rate(),
                feed.readers(),
                loss,
                tokensPerSecond,
                seconds);
    }

    /** How the run stands: what has been asked by now, and its figures when viewers last heard of them. For any thread. */
    public RunEvent.State state() {
        RunEvent.State last = told;
        return last == null
                ? state(0, null, 0, 0)
                : state(last.step(), last.loss(), last.tokensPerSecond(), last.seconds());
    }
}
