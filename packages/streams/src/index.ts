export { createEmbeddedStreams, type EmbeddedStreamsOptions } from './embedded/embedded-streams.ts'
export { createKafkaStreams, type KafkaStreamsOptions } from './kafka/kafka-streams.ts'
export type { StreamsLog } from './log.ts'
export * from './port.ts'
