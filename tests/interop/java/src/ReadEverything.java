import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.Encoding;
import io.cloudevents.jackson.JsonFormat;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads all that the engine writes for others from the first record, and writes down each event as the SDK parsed it.
 */
final class ReadEverything {
  /** The topics that only the engine writes. */
  private static final Pattern WRITTEN_BY_THE_ENGINE = Pattern.compile("freeze\\.(orders\\..+|notifications\\..+|dead-letters|deliveries|ledger)");

  private final String brokers;
  private final String namespace;
  private final Path into;

  ReadEverything(JsonNode settings) {
    brokers = settings.get("brokers").asText();
    namespace = settings.get("namespace").asText() + ".";
    into = Path.of(settings.get("into").asText());
  }

  void run() throws Exception {
    awaitDeadLetter();
    for (String named : EventReader.topicsAt(brokers)) {
      if (!named.startsWith(namespace)) continue;
      String topic = named.substring(namespace.length());
      if (WRITTEN_BY_THE_ENGINE.matcher(topic).matches()) read(topic);
    }
  }

  /** An event without a known sender becomes a dead letter, so that there is one to read. */
  private void awaitDeadLetter() throws Exception {
    String id = UUID.randomUUID().toString();
    CloudEvent event =
        CloudEventBuilder.v1()
            .withId(id)
            .withSource(URI.create("/unknown/java"))
            .withType("holdfast.request.v1")
            .withData("application/json", "{}".getBytes(StandardCharsets.UTF_8))
            .build();
    try (EventWriter writer = new EventWriter(brokers, Encoding.STRUCTURED);
        EventReader letters = new EventReader(brokers, namespace + "freeze.dead-letters")) {
      writer.send(namespace + "freeze.requests", "SG", event, null);
      CloudEvent letter = letters.await("the dead letter of " + id, each -> Json.dataOf(each).get("value").asText().contains(id));
      Json.say("deadLetter", Json.object().put("reason", Json.dataOf(letter).get("reason").asText()));
    }
  }

  private void read(String topic) throws IOException {
    JsonFormat format = new JsonFormat();
    int[] count = {0};
    Path file = into.resolve(topic + ".jsonl");
    try (EventReader reader = new EventReader(brokers, namespace + topic);
        BufferedWriter writer = Files.newBufferedWriter(file)) {
      reader.readAll(
          record -> {
            count[0] += 1;
            write(writer, format, record);
          });
    }
    Json.say("read", Json.object().put("topic", topic).put("records", count[0]).put("file", file.toString()));
  }

  private static void write(BufferedWriter writer, JsonFormat format, ConsumerRecord<String, CloudEvent> record) {
    try {
      ObjectNode line = Json.object().put("key", record.key()).put("offset", record.offset());
      writer.write(line.set("event", Json.MAPPER.readTree(format.serialize(record.value()))).toString());
      writer.newLine();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
