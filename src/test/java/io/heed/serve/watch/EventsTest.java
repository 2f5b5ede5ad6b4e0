package io.heed.serve.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.run.Progress;
import io.heed.serve.ServeSettings;
import io.heed.serve.ServedSite;
import io.heed.serve.watch.Viewer.Event;
import io.heed.watch.LiveRun;
import io.heed.watch.RunFeed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What viewers see of a run, however many they are and however they read. */
class EventsTest {

    private LiveRun run;
    private RunFeed feed;
    private ServedSite served;

    @BeforeEach
    void start() {
        run = new LiveRun(new Progress() {}, () -> false);
        feed = run.feed();
        served = new ServedSite(ServeSettings.LOCAL, WatchSite.of("toy", run));
    }

    @AfterEach
    void stop() {
        served.close();
        assertThat(served.failures).isEmpty();
    }

    private int viewers() throws Exception {
        String health = served.get("/healthz").body();
        return Integer.parseInt(health.replaceFirst(".*\"viewers\":(\\d+)}", "$1"));
    }

    /** Waits until so many watch. */
    private void await(int viewers) throws Exception {
        while (viewers() != viewers) {
            Thread.sleep(20);
        }
    }

    @Test
    void a_viewer_gets_what_is_kept_and_then_what_happens() throws Exception {
        feed.publish("{\"kept\":0}", true);
        feed.publish("{\"kept\":1}", true);
        try (Viewer viewer = new Viewer(served)) {
            assertThat(viewer.status()).isEqualTo(200);
            assertThat(viewer.answer.headers().firstValue("Content-Type")).contains("text/event-stream");
            assertThat(viewer.answer.headers().firstValue("X-Accel-Buffering")).contains("no");
            assertThat(viewer.answer.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(viewer.next()).isEqualTo(new Event(0, "{\"kept\":0}"));
            assertThat(viewer.next()).isEqualTo(new Event(1, "{\"kept\":1}"));
            feed.publish("{\"live\":2}", false);
            assertThat(viewer.next()).isEqualTo(new Event(2, "{\"live\":2}"));
            feed.publish("{\"kept\":3}", true);
            assertThat(viewer.next()).isEqualTo(new Event(3, "{\"kept\":3}"));
            feed.close();
            assertThat(viewer.next()).isNull();
        }
        try (Viewer late = new Viewer(served)) { // who sees an ended run
            assertThat(late.next()).isEqualTo(new Event(0, "{\"kept\":0}"));
        }
    }

    @Test
    void a_server_that_closes_sends_what_has_happened_first() throws Exception {
        try (Viewer viewer = new Viewer(served)) {
            feed.publish("{\"first\":1}", true);
            assertThat(viewer.next()).isNotNull();
            feed.publish("{\"last\":1}", true);
            served.close();
            assertThat(viewer.next()).isEqualTo(new Event(1, "{\"last\":1}"));
            assertThat(viewer.next()).isNull();
        }
    }

    /** The one that never reads has a small buffer, which is full long before the others have all events. */
    @Test
    void one_that_never_reads_keeps_nobody_waiting_and_takes_no_memory() throws Exception {
        int events = 2000;
        String filling = "x".repeat(8000); // 16 MB in all
        List<Viewer> viewers = new ArrayList<>();
        try (Socket stalled = new Socket()) {
            stalled.setReceiveBufferSize(4096);
            stalled.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), served.port()));
            stalled.getOutputStream()
                    .write("GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
                            .formatted(served.port())
                            .getBytes(UTF_8));
            await(1);
            for (int i = 0; i < 4; i++) {
                viewers.add(new Viewer(served));
            }
            await(5);
            List<List<Long>> seen = viewers.stream()
                    .<List<Long>>map(viewer -> new ArrayList<>())
                    .toList();
            for (int i = 0; i < events; i++) {
                feed.publish("{\"live\":%d,\"filling\":\"%s\"}".formatted(i, filling), false);
                for (int v = 0; v < viewers.size(); v++) {
                    seen.get(v).add(viewers.get(v).next().id());
                }
            }
            List<Long> all = LongStream.range(0, events).boxed().toList();
            assertThat(seen).allSatisfy(each -> assertThat(each).isEqualTo(all));
            assertThat(viewers()).isEqualTo(5);
            try (RunFeed.Reader late = feed.open()) { // all that the feed holds, for anybody
                List<Long> held = IntStream.iterate(0, i -> i + 1)
                        .mapToObj(i -> next(late))
                        .takeWhile(id -> id >= 0)
                        .toList();
                assertThat(held).hasSizeLessThanOrEqualTo(64).endsWith(events - 1L);
            }
        } finally {
            for (Viewer viewer : viewers) {
                viewer.close();
            }
        }
        feed.publish("{}", false); // by which the server notices that they have left
        await(0);
    }

    private static long next(RunFeed.Reader reader) {
        try {
            RunFeed.Line line = reader.next(0);
            return line == null ? -1 : line.id();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void there_is_room_for_32_and_one_that_leaves_frees_its_place_though_nothing_happens() throws Exception {
        List<Viewer> viewers = new ArrayList<>();
        try {
            for (int i = 0; i < 32; i++) {
                viewers.add(new Viewer(served));
                assertThat(viewers.get(i).status()).isEqualTo(200);
            }
            await(32);
            assertThat(feed.readers()).isEqualTo(32);
            try (Viewer refused = new Viewer(served)) {
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.answer.headers().firstValue("Retry-After")).isPresent();
            }
            assertThat(served.post("/api/control", "{\"do\": \"pause\"}").statusCode())
                    .isEqualTo(200);
            viewers.get(7).close();
            await(31);
            viewers.add(new Viewer(served));
            assertThat(viewers.get(32).status()).isEqualTo(200);
            feed.publish("{\"after\":1}", true);
            assertThat(viewers.get(32).next()).isNotNull();
        } finally {
            for (Viewer viewer : viewers) {
                viewer.close();
            }
        }
        await(0);
        assertThat(feed.readers()).isZero();
    }
}
