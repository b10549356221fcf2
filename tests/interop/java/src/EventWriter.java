import io.cloudevents.CloudEvent;
import io.cloudevents.core.message.Encoding;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.CloudEventSerializer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends events in one of the two modes of CloudEvents' Kafka binding: the whole event as the value, or its attributes
 * as `ce_` headers.
 */
final class EventWriter implements AutoCloseable {
  private final KafkaProducer<String, CloudEvent> producer;

  EventWriter(String brokers, Encoding mode) {
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, CloudEventSerializer.class,
                ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000,
                // Many Java programs set this; the other mode uses the default of Kafka's client.
                ProducerConfig.COMPRESSION_TYPE_CONFIG, mode == Encoding.BINARY ? "lz4" : "none",
                CloudEventSerializer.ENCODING_CONFIG, mode,
                CloudEventSerializer.EVENT_FORMAT_CONFIG, JsonFormat.CONTENT_TYPE));
  }

  /** Durable when it returns. With a null token it has no known sender. */
  RecordMetadata send(String topic, String key, CloudEvent event, String token) throws Exception {
    return send(topic, key, event, "authorization", token == null ? null : "Bearer " + token);
  }

  RecordMetadata sendSigned(String topic, String key, CloudEvent event, String signature) throws Exception {
    return send(topic, key, event, "signature", signature);
  }

  private RecordMetadata send(String topic, String key, CloudEvent event, String header, String value) throws Exception {
    ProducerRecord<String, CloudEvent> record = new ProducerRecord<>(topic, key, event);
    if (value != null) record.headers().add(header, value.getBytes(StandardCharsets.US_ASCII));
    return producer.send(record).get();
  }

  @Override
  public void close() {
    producer.close();
  }
}
