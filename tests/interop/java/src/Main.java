import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A member system and a bank in one program, as a third party would write it: with the public documents, Kafka's client
 * and the CloudEvents SDK. `carry SETTINGS` takes a request to recovered, `read SETTINGS` reads everything that the
 * engine writes. Each step is a line of JSON on the output; an error goes to the error stream and exits with 1.
 */
public final class Main {
  /** Each wait takes at most two seconds on an idle machine. */
  private static final long BOUND_MS = 120_000;

  public static void main(String[] args) {
    endAfter(BOUND_MS);
    try {
      JsonNode settings = Json.MAPPER.readTree(Files.readString(Path.of(args[1])));
      switch (args[0]) {
        case "carry" -> new CarryRequest(settings).run();
        case "read" -> new ReadEverything(settings).run();
        default -> throw new IllegalArgumentException("carry or read, not " + args[0]);
      }
    } catch (Exception error) {
      System.err.println(wordsOf(error));
      System.exit(1);
    }
    System.exit(0);
  }

  private static void endAfter(long ms) {
    Thread bound =
        new Thread(
            () -> {
              try {
                Thread.sleep(ms);
              } catch (InterruptedException ended) {
                return;
              }
              System.err.println("not done within " + ms + " ms");
              Runtime.getRuntime().halt(2);
            });
    bound.setDaemon(true);
    bound.start();
  }

  private static String wordsOf(Throwable error) {
    StringBuilder words = new StringBuilder(error.toString());
    for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) words.append("\n  because ").append(cause);
    return words.toString();
  }
}
