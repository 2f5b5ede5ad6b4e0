package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Device;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.inspect.circuit.Baseline;
import io.heed.inspect.circuit.graph.Circuit;
import io.heed.inspect.circuit.CircuitExample;
import io.heed.inspect.circuit.CircuitReport;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.Metric;
import io.heed.inspect.circuit.pairs.PairSplit;
import io.heed.inspect.circuit.PairedPrompts;
import io.heed.inspect.files.CircuitFile;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;

/** The page of a circuit in a real browser. */
class CircuitPageInBrowserTest {

    @TempDir
    private Path folder;

    @Test
    void edges_are_switched_off_in_the_list_and_in_the_picture() {
        Path page = folder.resolve("circuit.html");
        try (LanguageModel model = ModelFolder.read(Path.of("models/toy"), Device.cpu())) {
            PairSplit pairs = PairSplit.made(model);
            CircuitReport report = CircuitReport.of(
                    model,
                    new CircuitReport.Wanted(
                            "<toy>",
                            pairs.finding().subList(0, 8),
                            pairs.proving().subList(0, 8),
                            Metric.LOGIT_DIFFERENCE,
                            0),
                    found -> {});
            CircuitFile.HTML.write(model, report, page);
            try (Browser browser = new Browser(folder)) {
                browser.requests();
                browser.driver().get(page.toUri() + "#off=1,99,x");
                browser.until("return document.querySelectorAll('#edges input').length > 0");
                assertThat(browser.text("model")).isEqualTo("<toy>");
                List<WebElement> boxes = browser.driver().findElements(By.cssSelector("#edges input"));
                assertThat(boxes).hasSameSizeAs(report.edges());
                assertThat(boxes.get(1).isSelected()).isFalse();
                assertThat(shown(browser)).isCloseTo(answer(model, report, List.of(1)), offset(1e-3));

                browser.element("all").click();
                assertThat(shown(browser)).isCloseTo(report.example().alone(), offset(1e-3));
                assertThat(browser.script("return location.hash")).isEqualTo("");
                boxes.get(0).click();
                assertThat(shown(browser)).isCloseTo(answer(model, report, List.of(0)), offset(1e-3));
                assertThat(browser.script("return location.hash")).isEqualTo("#off=0");

                String last = "#picture path[data-edge='%d']"
                        .formatted(report.edges().size() - 1);
                browser.script("document.querySelector(\"%s\").dispatchEvent(new MouseEvent('click', {bubbles: true}))"
                        .formatted(last));
                assertThat(boxes.get(boxes.size() - 1).isSelected()).isFalse();
                assertThat(browser.driver().findElement(By.cssSelector(last)).getDomAttribute("class"))
                        .contains("off");
                assertThat(shown(browser))
                        .isCloseTo(answer(model, report, List.of(0, boxes.size() - 1)), offset(1e-3));

                browser.element("none").click();
                assertThat(shown(browser)).isCloseTo(report.example().without(), offset(1e-3));
                assertThat(arrows(browser)).isEqualTo(places(report.example()));
                assertThat(new AxeBuilder().analyze(browser.driver()).getViolations())
                        .isEmpty();
                browser.driver().manage().window().setSize(new Dimension(400, 800));
                assertThat(browser.script(
                                "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                        .isEqualTo(true);
                assertThat(browser.requests()).allMatch(address -> address.startsWith("file:"));
                browser.assertSilent();
            }
        }
    }

    /** P(answer) as the first bar has it. */
    private static double shown(Browser browser) {
        return ((Number) browser.script("return document.querySelector('#bars progress').value")).doubleValue();
    }

    /** P(answer) of the example with the circuit but for some edges. */
    private static double answer(LanguageModel model, CircuitReport report, List<Integer> off) {
        Graph graph = new Graph(model.transformer().config());
        BitSet set = report.circuit().in(graph);
        int[] edges = set.stream().toArray();
        off.forEach(place -> set.clear(edges[place]));
        try (PairedPrompts prompt = new PairedPrompts(
                model,
                graph,
                List.of(report.example().pair()),
                Metric.LOG_PROBABILITY,
                Baseline.COUNTERFACTUAL)) {
            return Math.exp(prompt.measure(List.of(set))[0][0]);
        }
    }

    private static int arrows(Browser browser) {
        return browser.driver().findElements(By.cssSelector("#picture path[data-edge]")).size();
    }

    /** In the toy model each head adds something that matters at one place, so each edge at a place is one arrow. */
    private static int places(CircuitExample example) {
        return example.places().size();
    }
}
