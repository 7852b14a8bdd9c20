package io.burrow.it.page;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A browser without a screen, with what the tests ask of it. One thread. */
final class Chromium implements AutoCloseable {
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome");
    private static final String DRIVER = "chromedriver";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Logger QUIET = Logger.getLogger("org.openqa.selenium.devtools");

    static {
        // it warns for each browser that it has no classes for that one's own protocol; none are used
        QUIET.setLevel(Level.SEVERE);
    }

    private final ChromeDriver driver;

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    /** What is missing on this machine, or nothing. */
    static Optional<String> missing() {
        if (BROWSERS.stream().noneMatch(name -> onPath(name).isPresent())) {
            return Optional.of("no Chromium on the PATH (Debian: apt-get install chromium chromium-driver)");
        }
        return onPath(DRIVER).isPresent()
                ? Optional.empty()
                : Optional.of("no chromedriver on the PATH (Debian: apt-get install chromium-driver)");
    }

    private static Optional<Path> onPath(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Chromium start() {
        ChromeOptions options = new ChromeOptions();
        BROWSERS.stream()
                .flatMap(name -> onPath(name).stream())
                .findFirst()
                .ifPresent(path -> options.setBinary(path.toFile()));
        // no sandbox: in a container, and as root, there is none to be had; it sees our own page alone
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--hide-scrollbars",
                "--disable-background-networking",
                "--no-first-run",
                "--disable-lcd-text",
                "--force-color-profile=srgb");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(onPath(DRIVER).orElseThrow().toFile())
                .usingAnyFreePort()
                .withTimeout(LIMIT)
                .build();
        return new Chromium(new ChromeDriver(service, options));
    }

    /** How the page is to be seen. */
    void look(int width, int height, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        media("prefers-color-scheme", dark ? "dark" : "light");
    }

    private void media(String name, String value) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", name, "value", value))));
    }

    void reduceMotion() {
        media("prefers-reduced-motion", "reduce");
    }

    void open(URI page) {
        driver.get(page.toString());
    }

    /** Whether something is there to be seen. */
    boolean shows(String selector) {
        return driver.findElements(By.cssSelector(selector)).stream().anyMatch(WebElement::isDisplayed);
    }

    /** The text that is to be seen, of all that a selector finds. */
    String text(String selector) {
        return String.valueOf(run(
                "return Array.from(document.querySelectorAll(arguments[0]), each => each.innerText).join('\\n')",
                selector));
    }

    void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    Object run(String script, Object... arguments) {
        return ((JavascriptExecutor) driver).executeScript(script, arguments);
    }

    byte[] picture() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    /** What the console said since it was asked last. */
    List<String> console() {
        return log(LogType.BROWSER).map(LogEntry::getMessage).toList();
    }

    /** What the network was asked for since it was asked last, as the protocol's JSON. */
    List<String> requests() {
        return log(LogType.PERFORMANCE)
                .map(LogEntry::getMessage)
                .filter(message -> message.contains("\"Network.requestWillBeSent\""))
                .toList();
    }

    private Stream<LogEntry> log(String type) {
        return StreamSupport.stream(driver.manage().logs().get(type).spliterator(), false);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
