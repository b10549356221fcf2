import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads a topic from its first record with the SDK's deserializer. A record that it cannot read stops it, as it would
 * stop a member.
 */
final class EventReader implements AutoCloseable {
  private static final long WITHIN_MS = 30_000;
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<String, CloudEvent> consumer;
  private final String topic;
  private final List<ConsumerRecord<String, CloudEvent>> seen = new ArrayList<>();
  private boolean assigned;

  EventReader(String brokers, String topic) {
    this.topic = topic;
    consumer = consumerOf(brokers);
  }

  private static KafkaConsumer<String, CloudEvent> consumerOf(String brokers) {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, CloudEventDeserializer.class,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
            // Closing waits for the current fetch: half a second for each reader by default.
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50));
  }

  /** All topics, by name. */
  static TreeSet<String> topicsAt(String brokers) {
    try (KafkaConsumer<String, CloudEvent> consumer = consumerOf(brokers)) {
      return new TreeSet<>(consumer.listTopics().keySet());
    }
  }

  /** The first event that passes this test, from the first record of the topic on. Waits for it where it is missing. */
  CloudEvent await(String what, Predicate<CloudEvent> wanted) {
    for (ConsumerRecord<String, CloudEvent> record : seen) if (wanted.test(record.value())) return record.value();
    long until = System.currentTimeMillis() + WITHIN_MS;
    while (System.currentTimeMillis() < until) {
      CloudEvent found = null;
      for (ConsumerRecord<String, CloudEvent> record : poll()) {
        seen.add(record);
        if (found == null && wanted.test(record.value())) found = record.value();
      }
      if (found != null) return found;
    }
    String last = seen.isEmpty() ? "nothing" : Json.dataOf(seen.get(seen.size() - 1).value()).toString();
    throw new IllegalStateException(what + " did not come on " + topic + " within " + WITHIN_MS + " ms; of " + seen.size() + " records the last is " + last);
  }

  /** All current records of the topic. */
  void readAll(Consumer<ConsumerRecord<String, CloudEvent>> each) {
    assign();
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    long until = System.currentTimeMillis() + WITHIN_MS;
    while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (System.currentTimeMillis() > until) throw new IllegalStateException(topic + " was not read within " + WITHIN_MS + " ms");
      for (ConsumerRecord<String, CloudEvent> record : poll()) each.accept(record);
    }
  }

  private Iterable<ConsumerRecord<String, CloudEvent>> poll() {
    if (!assign()) return List.of();
    try {
      return consumer.poll(POLL);
    } catch (RecordDeserializationException error) {
      throw new IllegalStateException(
          "the SDK can't read " + topic + ", partition " + error.topicPartition().partition() + ", offset " + error.offset(), error.getCause());
    }
  }

  /** A country's topic is created with its first record. */
  private boolean assign() {
    if (assigned) return true;
    List<PartitionInfo> partitions = consumer.partitionsFor(topic, Duration.ofSeconds(5));
    if (partitions == null || partitions.isEmpty()) {
      pause();
      return false;
    }
    consumer.assign(partitions.stream().map(info -> new TopicPartition(topic, info.partition())).toList());
    consumer.seekToBeginning(consumer.assignment());
    assigned = true;
    return true;
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
