package io.heed.serve.watch;

import io.heed.serve.Call;
import io.heed.serve.Problem;
import io.heed.serve.Question;
import io.heed.serve.Reply;
import io.heed.watch.LiveRun;
import io.heed.watch.RunControl;
import io.heed.watch.RunFeed;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /api/control}: what a viewer asks of a run, answered with how it stands. */
final class ControlRoute {

    private static final int MOST_STEPS = 1_000_000;
    private static final double SLOWEST = 0.001;
    private static final double FASTEST = 1_000_000;
    private static final double LARGEST_FACTOR = 100;
    private static final int LONGEST_TEXT = 2000;

    /** What can be asked, and the key that goes with it. */
    private enum Action {
        PAUSE(""),
        STEP("count"),
        GO(""),
        SPEED("steps_per_second"),
        RATE("factor"),
        RESTART("seed"),
        PROBE("text"),
        STOP("");

        private final String key;

        Action(String key) {
            this.key = key;
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Action of(Question question) {
            String word = question.text("do");
            return Arrays.stream(values())
                    .filter(action -> action.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new Problem(
                            400,
                            "do: has to be one of "
                                    + Arrays.stream(values()).map(Action::word).collect(Collectors.joining(", "))));
        }
    }

    private final RunFeed feed;
    private final @Nullable LiveRun run;

    /** @param run the run, or null if it can only be looked at */
    ControlRoute(RunFeed feed, @Nullable LiveRun run) {
        this.feed = feed;
        this.run = run;
    }

    CompletableFuture<Reply> answer(byte[] body, Call call) {
        Question question = new Question(body, "do", "count", "steps_per_second", "factor", "seed", "text");
        Action action = Action.of(question);
        if (action.key.isEmpty()) {
            question.only("do");
        } else {
            question.only("do", action.key);
        }
        Consumer<RunControl> request = request(action, question);
        LiveRun controlled = controlled();
        request.accept(controlled.control());
        return CompletableFuture.completedFuture(Reply.json(controlled.state()));
    }

    private static Consumer<RunControl> request(Action action, Question question) {
        return switch (action) {
            case PAUSE -> RunControl::pause;
            case GO -> RunControl::goOn;
            case STOP -> RunControl::stop;
            case STEP -> {
                int count = question.whole("count", 1, 1, MOST_STEPS);
                yield control -> control.step(count);
            }
            case SPEED -> {
                Double limit = question.isNull("steps_per_second")
                        ? null
                        : Double.valueOf(question.real("steps_per_second", SLOWEST, FASTEST));
                yield control -> control.speed(limit);
            }
            case RATE -> {
                double factor = question.real("factor", 0, LARGEST_FACTOR);
                yield control -> control.rate(factor);
            }
            case RESTART -> {
                question.require("seed");
                long seed = question.seed("seed", 0);
                yield control -> control.restart(seed);
            }
            case PROBE -> {
                String text = text(question);
                yield control -> control.probe(text);
            }
        };
    }

    private static String text(Question question) {
        String text = question.text("text");
        if (text.isBlank() || text.length() > LONGEST_TEXT) {
            throw new Problem(
                    400, "text: has to have from 1 to %d characters, and not only spaces".formatted(LONGEST_TEXT));
        }
        return text;
    }

    private LiveRun controlled() {
        if (run == null) {
            throw new Problem(
                    409, "this page only shows the run; heed train --watch opens a page that also controls it");
        }
        if (feed.closed()) {
            throw new Problem(409, "the run has ended; heed train --resume RUN continues one that was stopped");
        }
        return run;
    }
}
