package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Chromium without a window, which shows one page at a time. */
public final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChromeDriver driver;

    /** Starts one that saves files into a folder. */
    public Browser(Path downloads) {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(onPath("chromium", "chromium-browser", "google-chrome").toString());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1400,1000");
        options.setExperimentalOption(
                "prefs",
                Map.of("download.default_directory", downloads.toString(), "download.prompt_for_download", false));
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(onPath("chromedriver").toFile())
                .build();
        driver = new ChromeDriver(service, options);
    }

    private static Path onPath(String... names) {
        for (String name : names) {
            for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
                Path program = Path.of(folder, name);
                if (Files.isExecutable(program)) {
                    return program;
                }
            }
        }
        throw new IllegalStateException("none of %s is on the PATH".formatted(List.of(names)));
    }

    /** What Selenium drives. */
    public ChromeDriver driver() {
        return driver;
    }

    /** Opens a page and waits until its first map is there. */
    void open(Path page) {
        driver.get(page.toUri().toString());
        until("return document.documentElement.dataset.ready === 'yes' && heed.page.maps.length > 0");
    }

    /** Opens a served page and waits until its first map is there. */
    public void open(String address) {
        driver.get(address);
        until("return document.documentElement.dataset.ready === 'yes' && heed.page.maps.length > 0");
    }

    /** Gives the window a size in pixels, which may be smaller than the system allows. */
    public void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Waits until a script returns true. */
    public void until(String script, Object... arguments) {
        new WebDriverWait(driver, PATIENCE, Duration.ofMillis(20))
                .withMessage(script)
                .until(any -> Boolean.TRUE.equals(driver.executeScript(script, arguments)));
    }

    /** Runs a script. */
    public Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** An element by its id. */
    public WebElement element(String id) {
        return driver.findElement(By.id(id));
    }

    /** The text of an element. */
    public String text(String id) {
        return (String) driver.executeScript("return document.getElementById(arguments[0]).textContent", id);
    }

    /** Presses keys. */
    public void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Presses a key as often as is said. */
    void press(Keys key, int times) {
        for (int i = 0; i < times; i++) {
            press(key);
        }
    }

    /** Puts the pointer on a place of the first map, in pixels from its left upper corner. */
    void pointAt(double x, double y) {
        WebElement map = driver.findElement(By.cssSelector(".map"));
        script("arguments[0].scrollIntoView({block: 'start'})", map);
        double left = ((Number) script("return arguments[0].getBoundingClientRect().left", map)).doubleValue();
        double top = ((Number) script("return arguments[0].getBoundingClientRect().top", map)).doubleValue();
        new Actions(driver)
                .moveToLocation((int) (left + x), (int) (top + y))
                .perform();
    }

    /** A number of the first map's layout. */
    double layout(String name) {
        return ((Number) script("return heed.panels[0].layout[arguments[0]]", name)).doubleValue();
    }

    /** Chooses an entry of a list by its value. */
    void choose(String id, String value) {
        script(
                "const list = document.getElementById(arguments[0]); list.value = arguments[1];"
                        + "list.dispatchEvent(new Event('change')); list.dispatchEvent(new Event('input'))",
                id,
                value);
    }

    /** The addresses that were asked for since the last call. */
    public List<String> requests() {
        List<String> addresses = new ArrayList<>();
        driver.manage().logs().get(LogType.PERFORMANCE).forEach(entry -> {
            JsonNode message =
                    JsonMapper.shared().readTree(entry.getMessage()).path("message");
            if (message.path("method").asString().equals("Network.requestWillBeSent")) {
                addresses.add(
                        message.path("params").path("request").path("url").asString());
            }
        });
        return addresses;
    }

    /** Fails if the console has got an error since the last call: a mistake of the script, or something that the policy forbids. */
    public void assertSilent() {
        assertThat(driver.manage().logs().get(LogType.BROWSER).getAll())
                .as("the console")
                .isEmpty();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
