import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.cloudevents.core.message.Encoding;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * Singapore's system sends a request; a bank in Timor-Leste and its authorities answer, until the money is returned.
 */
final class CarryRequest {
  private static final String SYSTEM = "/ncb/sg/java";
  private static final String BANK = "/institutions/tl/java";

  private final Encoding mode;
  private final JsonNode document;
  private final String brokers;
  private final String namespace;
  private final Token tokens;
  private final Desk desk;

  CarryRequest(JsonNode settings) throws Exception {
    mode = Encoding.valueOf(settings.get("mode").asText());
    document = settings.get("request");
    brokers = settings.get("brokers").asText();
    namespace = settings.get("namespace").asText() + ".";
    tokens = new Token(Path.of(settings.get("keys").asText()));
    desk = new Desk(settings.get("deskUrl").asText());
  }

  void run() throws Exception {
    try (EventWriter writer = new EventWriter(brokers, mode);
        EventReader notifications = new EventReader(brokers, namespace + "freeze.notifications.sg");
        EventReader orders = new EventReader(brokers, namespace + "freeze.orders.tl")) {
      String requestId = ask(writer, notifications);
      JsonNode order = Json.dataOf(orders.await("the order", event -> isOrderToFreeze(event, requestId)));
      Json.say("ordered", Json.object().put("orderId", order.get("orderId").asText()));
      hold(writer, notifications, order);
      confirm(requestId);
      giveBack(writer, notifications, order);
      JsonNode outcome = Json.dataOf(awaitNotification(notifications, "the outcome", requestId, "outcome", "ReturnReported")).get("outcome");
      Json.say("recovered", Json.object().set("outcome", outcome));
    }
  }

  private String ask(EventWriter writer, EventReader notifications) throws Exception {
    String key = document.get("requestingCountry").asText();
    CloudEvent request = event(SYSTEM, "holdfast.request.v1", null, key, document);
    send(writer, namespace + "freeze.requests", key, request, "SG", "system", "java");
    Json.say("asked", Json.object().put("eventId", request.getId()));
    CloudEvent receipt =
        notifications.await(
            "the receipt of " + request.getId(),
            event -> isAbout(event, "/kind", "received") && isAbout(event, "/eventId", request.getId()) && isAbout(event, "/eventSource", SYSTEM));
    String requestId = Json.dataOf(receipt).get("requestId").asText();
    Json.say("received", Json.object().put("requestId", requestId));
    awaitNotification(notifications, "the notification of its verification", requestId, "progress", "RequestVerified");
    Json.say("verified", Json.object());
    return requestId;
  }

  private void hold(EventWriter writer, EventReader notifications, JsonNode order) throws Exception {
    answer(writer, order, "first", "acknowledged", Json.object().put("reference", "ACK-J1"));
    ObjectNode held = Json.object().put("basis", "FIU_SUSPENSION").put("reference", "HOLD-J1");
    answer(writer, order, "first", "frozen", held.set("amount", order.get("amount")));
    awaitNotification(notifications, "the notification of the hold", order.get("requestId").asText(), "progress", "FreezeReported");
    Json.say("frozen", Json.object());
  }

  /** Dual approval by the authorities (V17). */
  private void confirm(String requestId) throws Exception {
    ObjectNode instrument =
        Json.object()
            .put("instrument", "COURT_ORDER")
            .put("authority", "District Court of Dili")
            .put("reference", "C-J1")
            .put("date", "2024-07-26");
    desk.awaitPhase(requestId, "frozen", tokens.of("TL", "authority", "first"));
    String first = desk.act(requestId, "ConfirmFreeze", instrument, "first-" + requestId, tokens.of("TL", "authority", "first"));
    String second = desk.act(requestId, "ConfirmFreeze", instrument, "second-" + requestId, tokens.of("TL", "authority", "second"));
    Json.say("confirmed", Json.object().put("first", first).put("second", second));
  }

  /** Dual approval by the bank: each of its persons sends an event of their own. */
  private void giveBack(EventWriter writer, EventReader notifications, JsonNode order) throws Exception {
    String requestId = order.get("requestId").asText();
    ObjectNode byOrder = Json.object().put("basis", "ORDER").put("reference", "C-J1");
    answer(writer, order, "first", "returnInitiated", byOrder);
    answer(writer, order, "second", "returnInitiated", byOrder);
    awaitNotification(notifications, "the notification that the return is under way", requestId, "progress", "ReturnInitiated");
    Json.say("returnInitiated", Json.object());
    ObjectNode returned = Json.object().put("reference", "P4-J1");
    answer(writer, order, "first", "returned", returned.set("amount", order.get("amount")));
    awaitNotification(notifications, "the notification of the return", requestId, "progress", "ReturnReported");
    Json.say("returned", Json.object());
  }

  private void answer(EventWriter writer, JsonNode order, String person, String kind, JsonNode details) throws Exception {
    String requestId = order.get("requestId").asText();
    ObjectNode data = Json.object().put("orderId", order.get("orderId").asText()).put("requestId", requestId).put("kind", kind);
    data.set("institution", Json.object().put("bic", order.at("/institution/bic").asText()));
    data.set("details", details);
    CloudEvent answer = event(BANK, "holdfast.answer.v1", requestId, requestId, data);
    send(writer, namespace + "freeze.answers", requestId, answer, "TL", "institution", person);
  }

  /** In binary mode each event is signed; in structured mode each has a token. */
  private void send(EventWriter writer, String topic, String key, CloudEvent event, String country, String role, String person) throws Exception {
    if (mode == Encoding.BINARY) writer.sendSigned(topic, key, event, tokens.over(event, country, role, person));
    else writer.send(topic, key, event, tokens.of(country, role, person));
  }

  /**
 * An event as a member's own platform makes it: with private extensions and, in binary mode, without a time, which
 * CloudEvents leaves optional.
 */
  private CloudEvent event(String source, String type, String subject, String key, JsonNode data) {
    CloudEventBuilder event =
        CloudEventBuilder.v1()
            .withId(UUID.randomUUID().toString())
            .withSource(URI.create(source))
            .withType(type)
            .withData("application/json", BytesCloudEventData.wrap(data.toString().getBytes(StandardCharsets.UTF_8)))
            .withExtension("partitionkey", key)
            .withExtension("sequence", "1")
            .withExtension("samplingrate", 7);
    if (subject != null) event.withSubject(subject);
    if (mode == Encoding.STRUCTURED) event.withTime(OffsetDateTime.now());
    return event.build();
  }

  private static CloudEvent awaitNotification(EventReader notifications, String what, String requestId, String kind, String fact) {
    return notifications.await(
        what, event -> isAbout(event, "/requestId", requestId) && isAbout(event, "/kind", kind) && isAbout(event, "/fact", fact));
  }

  private static boolean isOrderToFreeze(CloudEvent event, String requestId) {
    return isAbout(event, "/requestId", requestId) && isAbout(event, "/kind", "freeze");
  }

  private static boolean isAbout(CloudEvent event, String pointer, String value) {
    return Json.dataOf(event).at(pointer).asText().equals(value);
  }
}
