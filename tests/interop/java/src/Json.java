import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import java.io.IOException;

/** JSON in and out. */
final class Json {
  static final ObjectMapper MAPPER = new ObjectMapper();

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The data of an event, in either mode. */
  static JsonNode dataOf(CloudEvent event) {
    try {
      return MAPPER.readTree(event.getData().toBytes());
    } catch (IOException error) {
      throw new IllegalStateException("the data of " + event.getId() + " is no JSON", error);
    }
  }

  /**
   * RFC 8785 for values without fractions: members in the order of their names, which Java compares in the same way.
   */
  static String canonical(JsonNode value) throws IOException {
    return MAPPER.writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).writeValueAsString(MAPPER.treeToValue(value, Object.class));
  }

  /** Prints a completed step, as a line of the output. */
  static void say(String step, ObjectNode what) {
    System.out.println(object().put("step", step).setAll(what));
  }
}
