export { type Answer, answerOnce, leaseMs, type Outcome, readIdempotencyKey } from './answer-once.ts'
export { type Clock, systemClock, takenAt } from './clock.ts'
export { type BaseConfig, baseConfigSchema, configSchemaWithPort, readConfig, redact, type ServiceConfig } from './config.ts'
export { type CountryTopics, createCountryTopics } from './country-topics.ts'
export { createDeadLetters, type DeadLetters } from './dead-letters.ts'
export { createDrivers, type Drivers } from './drivers.ts'
export { createFairTurns, type FairTurns } from './fair-turns.ts'
export { createGate, type Gate } from './gate.ts'
export { createHttp } from './http.ts'
export { createLog, type Logger, silentLogger } from './log.ts'
export { problemDetails, sendRefusal } from './problem-details.ts'
export {
  type Running,
  runService,
  type ServiceContext,
  type ServiceDefinition,
  type StartedService,
  type StartOptions,
  startService,
} from './run-service.ts'
