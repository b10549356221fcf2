export { createKafkaAccess, type KafkaAccess, type KafkaAccessOptions, type KafkaRule } from './access.ts'
export { createKafkaStreams, type KafkaStreamsOptions } from './kafka-streams.ts'
export { type ScramMechanism, scramMechanisms } from './scram-users.ts'
