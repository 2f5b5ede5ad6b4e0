package io.heed.serve.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.inspect.page.Browser;
import io.heed.run.Progress;
import io.heed.serve.ServeSettings;
import io.heed.serve.Server;
import io.heed.train.TrainingRun;
import io.heed.train.TrainingSite;
import io.heed.watch.LiveRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a run that a real trainer trains, in a real browser: what is asked there is done. */
class WatchedRunInBrowserTest {

    @TempDir
    private static Path folder;

    private static Browser browser;

    private LiveRun live;
    private Server server;
    private Thread training;

    @BeforeAll
    static void start() {
        browser = new Browser(folder);
    }

    @AfterAll
    static void stop() {
        browser.close();
    }

    @BeforeEach
    void train() {
        RunConfig config = ConfigReader.read(
                Path.of("configs/toy.yaml"),
                List.of("name=watched", "training.frames=40", "training.evaluate_every=20", "training.steps=200"));
        live = new LiveRun(new Progress() {}, () -> false);
        live.control().pause();
        server = new Server(WatchSite.of("watched", live), ServeSettings.local(0), failure -> {});
        training = new Thread(() -> {
            TrainingRun.begin(TrainingSite.HERE, config, "heed train", folder.resolve("models"), true, live);
            live.end();
        });
        training.start();
        browser.size(1280, 1000);
        browser.driver().get(server.address());
        browser.until("return document.getElementById('at').textContent === '1'");
    }

    @AfterEach
    void end() throws InterruptedException {
        live.control().stop();
        training.join();
        server.close();
        browser.assertSilent();
    }

    private static int at() {
        return Integer.parseInt(browser.text("at"));
    }

    private static void click(String id) {
        browser.script("document.getElementById(arguments[0]).click()", id);
    }

    private static void set(String id, String value) {
        browser.script(
                "const field = document.getElementById(arguments[0]); field.value = arguments[1];"
                        + " field.dispatchEvent(new Event('input', {bubbles: true}));"
                        + " field.dispatchEvent(new Event('change', {bubbles: true}))",
                id,
                value);
    }

    @Test
    void pause_stops_steps_and_one_step_is_one() {
        assertThat(browser.text("pause")).isEqualTo("Go on");
        click("one-step");
        browser.until("return document.getElementById('at').textContent === '2'");
        assertThat(live.state().step()).isEqualTo(2);
        assertThat(live.state().paused()).isTrue();
        set("steps", "5");
        click("steps-go");
        browser.until("return document.getElementById('at').textContent === '7'");
        assertThat(live.state().step()).isEqualTo(7);
        click("pause"); // goes on
        browser.until("return Number(document.getElementById('at').textContent) > 20");
        click("pause");
        browser.until("return document.getElementById('pause').textContent === 'Go on'");
        browser.until("return fetch('/healthz').then(() => true)");
        int stopped = live.state().step();
        browser.until("return document.getElementById('at').textContent === arguments[0]", String.valueOf(live.state().step()));
        assertThat(live.state().step()).isEqualTo(stopped);
        assertThat(at()).isEqualTo(stopped);
    }

    @Test
    void a_changed_rate_is_in_the_metrics() throws Exception {
        set("rate", "0.5");
        browser.until("return document.getElementById('rate').value === '0.5'");
        click("pause");
        browser.until("return document.getElementById('doing').textContent.includes('complete')");
        training.join();
        Path run = folder.resolve("models/watched/training");
        List<String> row = List.of(Files.readAllLines(run.resolve("metrics.csv")).get(1).split(",", -1));
        assertThat(row.get(0)).isEqualTo("20");
        assertThat(Double.parseDouble(row.get(4))).isEqualTo(.002);
        assertThat(run.resolve("metrics.jsonl")).content().contains("\"setting\":\"rate\",\"from\":1.0,\"to\":0.5}");
    }

    @Test
    void another_sentence_is_read_while_it_waits() {
        set("probe", "the cat sat on the");
        browser.script("document.getElementById('probing').requestSubmit()");
        browser.until("return document.getElementById('sentence').textContent.includes('cat')"
                + " && !document.getElementById('sentence').textContent.includes('duck')");
        assertThat(live.state().step()).isEqualTo(1);
    }
}
