import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Commands of officers and authorities, which exist by HTTP only. */
final class Desk {
  private static final long WITHIN_MS = 20_000;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String url;

  Desk(String url) {
    this.url = url;
  }

  /** Waits until the desk shows the request in a phase. It can be a moment behind the notifications. */
  void awaitPhase(String requestId, String phase, String token) throws Exception {
    long until = System.currentTimeMillis() + WITHIN_MS;
    String last;
    do {
      HttpResponse<String> shown = send(to("/v1/requests/" + requestId, token).GET());
      last = shown.statusCode() + " " + shown.body();
      if (shown.statusCode() == 200 && Json.MAPPER.readTree(shown.body()).at("/request/phase").asText().equals(phase)) return;
      Thread.sleep(50);
    } while (System.currentTimeMillis() < until);
    throw new IllegalStateException("the desk does not show " + requestId + " as " + phase + " within " + WITHIN_MS + " ms, but: " + last);
  }

  /** Gives a command and returns the outcome: `proposed` where a second approval is required, otherwise `applied`. */
  String act(String requestId, String command, JsonNode data, String idempotencyKey, String token) throws Exception {
    String body = Json.object().put("command", command).set("data", data).toString();
    HttpResponse<String> answer =
        send(
            to("/v1/requests/" + requestId + "/commands", token)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(BodyPublishers.ofString(body)));
    if (answer.statusCode() != 200) throw new IllegalStateException(command + ": " + answer.statusCode() + " " + answer.body());
    return Json.MAPPER.readTree(answer.body()).get("outcome").asText();
  }

  private HttpRequest.Builder to(String path, String token) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(15)).header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
