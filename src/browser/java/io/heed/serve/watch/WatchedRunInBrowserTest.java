package io.heed.serve.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.selenium.AxeBuilder;
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
import org.openqa.selenium.Keys;
import org.openqa.selenium.logging.LogType;

/** The page of a run that a real trainer trains, in a real browser: what is asked there is done. */
class WatchedRunInBrowserTest {

    private static final int STEPS = 200;

    /** Of some 20 ms each, in milliseconds. */
    private static final long SEVERAL_STEPS = 500;

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
                List.of("name=watched", "training.frames=40", "training.evaluate_every=20", "training.steps=" + STEPS));
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
    void pause_stops_steps_and_one_step_is_one() throws InterruptedException {
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
        Thread.sleep(SEVERAL_STEPS); // the step that was being taken is over, and told
        int stopped = live.state().step();
        Thread.sleep(SEVERAL_STEPS);
        assertThat(live.state().step()).isEqualTo(stopped).isLessThan(STEPS);
        browser.until("return document.getElementById('at').textContent === arguments[0]", String.valueOf(stopped));
    }

    @Test
    void an_emptied_or_wrong_rate_is_not_sent() {
        set("rate", "0.5");
        browser.until("return heed.watch.run.state.rate === .5");
        for (String wrong : List.of("", "101", "-1")) {
            set("rate", wrong);
            assertThat(browser.script("return document.getElementById('rate').value")).as(wrong).isEqualTo("0.5");
            assertThat(browser.text("problem"))
                    .isEqualTo("The factor on the learning rate has to be a number from 0 to 100.");
        }
        set("steps", "");
        click("steps-go");
        assertThat(browser.script("return document.getElementById('steps').value")).isEqualTo("10");
        click("one-step"); // what was asked before it has been answered
        browser.until("return document.getElementById('at').textContent === '2'");
        assertThat(live.control().rate()).isEqualTo(.5);
        assertThat(browser.text("problem")).isEmpty();
    }

    /** The run is paused, so no state comes that would put the field right. */
    @Test
    void a_rate_that_is_refused_does_not_stay_in_its_field() {
        browser.script("document.getElementById('rate').focus(); document.getElementById('rate').max = ''");
        set("rate", "101");
        browser.until("return document.getElementById('problem').textContent !== ''");
        assertThat(browser.script("return document.getElementById('rate').value")).isEqualTo("1");
        assertThat(live.control().rate()).isEqualTo(1);
        browser.driver().manage().logs().get(LogType.BROWSER); // which has the refusal
    }

    /** 2^53 + 1 is no number of JSON. */
    @Test
    void a_seed_that_is_none_restarts_nothing() {
        for (String wrong : List.of("", "1.5", "9007199254740993")) {
            set("seed", wrong);
            click("restart");
            assertThat(browser.element("restarting").isDisplayed()).as(wrong).isFalse();
            assertThat(browser.text("problem")).startsWith("The seed has to be a whole number from ");
            assertThat(browser.script("return document.getElementById('seed').value")).isEqualTo("1");
        }
        assertThat(live.control().restart()).isEmpty();
    }

    @Test
    void a_restart_asks_first() {
        set("seed", "2");
        click("restart");
        assertThat(browser.element("restarting").isDisplayed()).isTrue();
        assertThat(browser.text("restarting-title")).isEqualTo("Restart with seed 2?");
        assertThat(browser.text("restarting-text")).contains("with seed 1 is at step 1 of " + STEPS);
        assertThat(browser.driver().switchTo().activeElement().getDomAttribute("id")).as("Enter discards nothing").isEqualTo("keep-run");
        assertThat(new AxeBuilder().analyze(browser.driver()).getViolations().stream().map(rule -> rule.getId() + " " + rule.getNodes().get(0).getHtml()))
                .isEmpty();
        click("keep-run");
        assertThat(browser.element("restarting").isDisplayed()).isFalse();
        click("restart");
        browser.press(Keys.ESCAPE);
        browser.until("return !document.getElementById('restarting').open");
        assertThat(live.control().restart()).isEmpty();
        assertThat(training.isAlive()).isTrue();
        set("seed", "-9007199254740991");
        click("restart");
        click("restart-run");
        browser.until("return document.getElementById('doing').textContent === 'interrupted'");
        assertThat(live.control().restart()).hasValue(-9007199254740991L);
    }

    @Test
    void a_failure_has_its_reason() {
        live.feed().publish("{\"type\":\"ended\",\"step\":1,\"ending\":\"failed\",\"reason\":\"the disk is full\"}", true);
        browser.until("return document.getElementById('doing').textContent === 'failed'");
        assertThat(browser.text("failure")).isEqualTo("Training failed: the disk is full");
        assertThat(browser.element("failure").getDomAttribute("role")).isEqualTo("alert");
        assertThat(browser.element("controls").isDisplayed()).isFalse();
        assertThat(browser.text("problem")).isEmpty();
    }

    @Test
    void nothing_can_be_asked_of_a_program_that_does_not_answer() {
        String enabled =
                "return [...document.querySelectorAll('#controls > *, #controls :is(button, input, select), #probing :is(button, input)')]"
                        + ".filter(each => each.matches(':enabled')).map(each => each.id).join()";
        assertThat((String) browser.script(enabled)).contains("pause", "rate", "restart", "probe");
        click("restart");
        browser.script("heed.watch.lose()");
        browser.until("return document.getElementById('doing').textContent === 'not answering since step 1'");
        assertThat(browser.script(enabled)).isEqualTo("");
        assertThat(browser.element("restarting").isDisplayed()).isFalse();
        assertThat(browser.text("pace")).isEmpty();
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
